import NIOCore
import Wire

/// One message of realtime-push, as it came.
struct StreamFrame: Equatable {
    /// `snapshot`, `delta`, `heartbeat` or `closing`.
    let event: String
    /// Where a viewer stands who has it; nil when it moves nobody.
    let position: SeatsPosition?
    /// A JSON object.
    let data: ByteBuffer
    /// The event's own bytes, with the empty line behind it.
    let bytes: ByteBuffer

    /// The same message as the payload of a WebSocket's text frame: `event` and `id` are its first members.
    var webSocketPayload: ByteBuffer {
        var payload = ByteBuffer()
        payload.reserveCapacity(data.readableBytes + 64)
        payload.writeString("{\"event\":\"\(event)\",")
        if let position { payload.writeString("\"id\":\"\(position.text)\",") }
        payload.writeImmutableBuffer(data.getSlice(at: data.readerIndex + 1, length: data.readableBytes - 1) ?? data)
        return payload
    }
}
