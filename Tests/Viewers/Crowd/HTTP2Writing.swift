/// The few frames that a viewer sends over HTTP/2 (RFC 9113), as bytes.
enum HTTP2Writing {
    enum Kind {
        static let body: UInt8 = 0x0
        static let headers: UInt8 = 0x1
        static let reset: UInt8 = 0x3
        static let settings: UInt8 = 0x4
        static let ping: UInt8 = 0x6
        static let goAway: UInt8 = 0x7
        static let windowUpdate: UInt8 = 0x8
    }

    enum Flag {
        /// END_STREAM; on SETTINGS and PING it is ACK.
        static let endStream: UInt8 = 0x1
        static let endHeaders: UInt8 = 0x4
    }

    /// The largest window that there may be.
    static let windowMax = 0x7fff_ffff

    /// What a connection begins with: credit for all that will ever come, and no table of header fields.
    static func preface() -> [UInt8] {
        let settings: [(UInt16, Int)] = [(0x1, 0), (0x2, 0), (0x4, windowMax)]
        let payload = settings.flatMap { [UInt8($0.0 >> 8), UInt8($0.0 & 0xff)] + number($0.1) }
        return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(Kind.settings, payload: payload)
            + credit(windowMax - 65_535)
    }

    static func frame(_ kind: UInt8, flags: UInt8 = 0, stream: Int = 0, payload: [UInt8]) -> [UInt8] {
        let length = payload.count
        return [UInt8(length >> 16 & 0xff), UInt8(length >> 8 & 0xff), UInt8(length & 0xff), kind, flags]
            + number(stream) + payload
    }

    /// Lets the peer send so many bytes more.
    static func credit(_ bytes: Int) -> [UInt8] {
        frame(Kind.windowUpdate, payload: number(bytes))
    }

    /// Wants no more of a stream: CANCEL.
    static func cancel(_ stream: Int) -> [UInt8] {
        frame(Kind.reset, stream: stream, payload: number(0x8))
    }

    static func request(_ stream: Int, path: String, fields: [(name: String, value: String)]) -> [UInt8] {
        // :method GET and :scheme http stand in HPACK's static table (RFC 7541, appendix A); nothing is indexed.
        var block: [UInt8] = [0x82, 0x86, 0x04] + text(path) + [0x01] + text("localhost")
        for field in fields { block += [0x00] + text(field.name) + text(field.value) }
        return frame(Kind.headers, flags: Flag.endStream | Flag.endHeaders, stream: stream, payload: block)
    }

    private static func number(_ value: Int) -> [UInt8] {
        [UInt8(value >> 24 & 0xff), UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
    }

    /// A string literal without Huffman code (RFC 7541, section 5.2).
    private static func text(_ value: String) -> [UInt8] {
        let bytes = Array(value.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var length: [UInt8] = [127]
        var rest = bytes.count - 127
        while rest >= 128 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}
