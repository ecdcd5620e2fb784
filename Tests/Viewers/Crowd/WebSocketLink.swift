/// A viewer of a WebSocket's text frames (RFC 6455).
final class WebSocketLink: Link {
    private enum Opcode {
        static let text: UInt8 = 0x1
        static let close: UInt8 = 0x8
        static let ping: UInt8 = 0x9
        static let pong: UInt8 = 0xA
    }

    private let viewer: Int
    private let request: HTTP1Request
    private var isOpen = false
    private var partial: [UInt8] = []

    init(to address: CrowdAddress, of crowd: Crowd, viewer: Int, receiveBytes: Int32?) {
        self.viewer = viewer
        request = HTTP1Request(
            crowd.requestFields(of: viewer) + [
                ("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-version", "13"),
                ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ])
        super.init(to: address, of: crowd, receiveBytes: receiveBytes)
    }

    override func connected() {
        send(request.bytes(path: crowd.pathWithPosition(of: viewer)))
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        guard partial.isEmpty, isOpen else {
            partial.append(contentsOf: bytes)
            if !isOpen, !readHead() { return }
            let whole = partial
            partial = []
            return whole.withUnsafeBytes(readFrames)
        }
        readFrames(bytes)
    }

    override func ended() {
        crowd.lost(viewer)
    }

    override func leave(_ viewer: Int) {
        close()
    }

    private func readHead() -> Bool {
        guard let (text, rest) = HTTP1Request.cutHead(partial) else { return false }
        partial = rest
        guard let status = HTTP1Request.status(of: text), status == 101 else {
            crowd.refused(viewer, status: HTTP1Request.status(of: text) ?? 0)
            close()
            return false
        }
        isOpen = true
        crowd.opened(viewer)
        return true
    }

    /// Servers don't mask, and ours don't cut a message into several frames.
    private func readFrames(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let (opcode, header, length) = Self.frame(rest), rest.count >= header + length, !isClosed {
            let payload = UnsafeRawBufferPointer(rebasing: rest[header..<header + length])
            switch opcode {
            case Opcode.text: crowd.received(payload, by: viewer)
            case Opcode.ping: reply(Opcode.pong, payload)
            case Opcode.close:
                reply(Opcode.close, payload)
                return close()
            default: break
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(header + length)...])
        }
        if !rest.isEmpty, !isClosed { partial = Array(rest) }
    }

    /// What a client says is masked; a mask of zeros is one.
    private func reply(_ opcode: UInt8, _ payload: UnsafeRawBufferPointer) {
        let short = payload.prefix(125)
        send([0x80 | opcode, 0x80 | UInt8(short.count), 0, 0, 0, 0] + short)
    }

    private static func frame(_ bytes: UnsafeRawBufferPointer) -> (opcode: UInt8, header: Int, length: Int)? {
        guard bytes.count >= 2 else { return nil }
        let opcode = bytes[0] & 0x0F
        switch bytes[1] & 0x7F {
        case 126:
            guard bytes.count >= 4 else { return nil }
            return (opcode, 4, Int(bytes[2]) << 8 | Int(bytes[3]))
        case 127:
            guard bytes.count >= 10 else { return nil }
            return (opcode, 10, bytes[2..<10].reduce(0) { $0 << 8 | Int($1) })
        case let short:
            return (opcode, 2, Int(short))
        }
    }
}
