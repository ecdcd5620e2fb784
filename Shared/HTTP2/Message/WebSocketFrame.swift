public import NIOCore

/// Frames as a server sends them (RFC 6455, 5.2): whole and not masked, so that one frame serves any number of viewers.
public enum WebSocketFrame {
    private static let textHead: UInt8 = 0x81
    private static let closeHead: UInt8 = 0x88
    private static let pongHead: UInt8 = 0x8A

    /// A text message; `payload` must be UTF-8.
    public static func text(_ payload: ByteBuffer) -> ByteBuffer {
        frame(textHead, payload)
    }

    /// The last frame of a connection, with a status code (RFC 6455, 7.4) and at most 123 bytes of reason; longer ones
    /// are cut at a character's border.
    public static func close(_ code: UInt16, reason: String = "") -> ByteBuffer {
        var payload = ByteBuffer(integer: code)
        var reason = reason
        while reason.utf8.count > 123 { reason.removeLast() }
        payload.writeString(reason)
        return frame(closeHead, payload)
    }

    /// The answer to a ping, with the ping's own bytes.
    static func pong(_ payload: ByteBuffer) -> ByteBuffer {
        frame(pongHead, payload)
    }

    /// Whether a run of frames is a close frame.
    static func isClose(_ frames: ByteBuffer) -> Bool {
        frames.getInteger(at: frames.readerIndex, as: UInt8.self) == closeHead
    }

    private static func frame(_ head: UInt8, _ payload: ByteBuffer) -> ByteBuffer {
        let count = payload.readableBytes
        var frame = ByteBufferAllocator().buffer(capacity: count + 10)
        frame.writeInteger(head)
        switch count {
        case ...125:
            frame.writeInteger(UInt8(count))
        case ...0xFFFF:
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(count))
        default:
            frame.writeInteger(UInt8(127))
            frame.writeInteger(UInt64(count))
        }
        frame.writeImmutableBuffer(payload)
        return frame
    }
}
