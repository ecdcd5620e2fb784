/// HTTP/2 frames out of a script: any head with a length that fits, so that the fuzzer's work goes into what they say.
enum PeerFrames {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    static func make(_ type: UInt8, flags: UInt8 = 0, stream: UInt8 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255), type, flags, 0, 0, 0]
            + [stream] + payload
    }

    /// The next frame of a script: type, flags, stream, length, payload.
    static func next(_ script: inout Script) -> [UInt8] {
        let type = script.byte() % 18
        let flags = script.byte()
        let stream = script.byte() % 16
        let count = Int(script.byte())
        return make(type, flags: flags, stream: stream, script.bytes(count))
    }

    /// A well-formed head of a request whose path is `/` and a letter.
    static func request(_ method: UInt8, path: UInt8, stream: UInt8, ends: Bool) -> [UInt8] {
        make(
            1, flags: ends ? 5 : 4, stream: stream,
            [0x82 + method % 2, 0x86, 0x04, 2, 0x2f, 0x61 + path % 8, 0x01, 1, 0x78])
    }

    /// A well-formed head of an answer, 200 or 404.
    static func response(_ status: UInt8, stream: UInt8, ends: Bool) -> [UInt8] {
        make(1, flags: ends ? 5 : 4, stream: stream, [status % 2 == 0 ? 0x88 : 0x8d])
    }

    /// Whether bytes are whole frames, one after the other, as a connection that was not cut writes them.
    static func areWhole(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let count = 9 + (Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2]))
            guard rest.count >= count else { return false }
            rest = rest.dropFirst(count)
        }
        return rest.isEmpty
    }
}
