import HTTP2
import NIOCore
import Wire

/// How messages become bytes on a viewer's wire.
enum StreamFraming: Hashable, Sendable {
    /// Server-sent events (HTML, section 9.2): `id`, `event` and `data`.
    case events
    /// Text frames of a WebSocket (RFC 6455): one object, with `event` and `id` as its first members.
    case webSocket

    /// A message; `payload` is a JSON object with members.
    func frame(_ event: String, id: SeatsPosition?, _ payload: some Encodable) throws(WireJSONFailure) -> ByteBuffer {
        let json = try WireJSON.encode(payload)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.count + 64)
        switch self {
        case .events:
            if let id { buffer.writeString("id: \(id.text)\n") }
            buffer.writeString("event: \(event)\ndata: ")
            buffer.writeBytes(json)
            buffer.writeString("\n\n")
            return buffer
        case .webSocket:
            buffer.writeString("{\"event\":\"\(event)\",")
            if let id { buffer.writeString("\"id\":\"\(id.text)\",") }
            buffer.writeBytes(json.dropFirst())
            return WebSocketFrame.text(buffer)
        }
    }

    /// What tells on the wire that the stream is over, and why; nil where its end tells enough.
    func end(_ closing: StreamClosing) -> ByteBuffer? {
        switch self {
        case .events: nil
        case .webSocket: WebSocketFrame.close(closing.webSocketCode, reason: closing.reason)
        }
    }
}
