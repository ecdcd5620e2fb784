import HTTP2
import HTTPTypes
import NIOCore
import Wire

/// How a viewer is told the messages.
enum StreamWire: Sendable {
    /// Server-sent events, passed on as they came.
    case events
    /// Text frames of a WebSocket.
    case webSocket

    /// A message of realtime-push.
    func bytes(of frame: StreamFrame) -> ByteBuffer {
        switch self {
        case .events: frame.bytes
        case .webSocket: WebSocketFrame.text(frame.webSocketPayload)
        }
    }

    /// The last words: the reason as a message, and what tells that the stream is over.
    func farewell(_ closing: StreamClosing) throws(WireJSONFailure) -> [ByteBuffer] {
        let data = ByteBuffer(bytes: try WireJSON.encode(closing))
        switch self {
        case .events:
            return [ByteBuffer(string: "event: closing\ndata: \(String(buffer: data))\n\n")]
        case .webSocket:
            let frame = StreamFrame(event: "closing", position: nil, data: data, bytes: ByteBuffer())
            let end = WebSocketFrame.close(closing.webSocketCode, reason: closing.reason)
            return [WebSocketFrame.text(frame.webSocketPayload), end]
        }
    }

    /// The response whose body is such a stream.
    func response(_ body: ResponseBody) -> ServerResponse {
        switch self {
        case .webSocket: .webSocket(body)
        case .events:
            ServerResponse(
                status: .ok,
                headerFields: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"], body: body)
        }
    }
}
