import NIOCore
import Ticketing
import Wire

/// Writes the frames of a server-sent event stream (HTML, section 9.2), in DESIGN 9's events.
enum StreamFrames {
    /// `snapshot`: all states at the map's position.
    static func snapshot(of map: ChannelMap) throws(WireJSONFailure) -> ByteBuffer {
        try frame("snapshot", id: map.position, SeatSnapshot(states: map.states, at: map.position))
    }

    /// `delta`: what changed after a sequence; nil when the map can't tell.
    static func delta(of map: ChannelMap, after sequence: Int64) throws(WireJSONFailure) -> ByteBuffer? {
        guard let changes = map.changes(after: sequence) else { return nil }
        return try frame(
            "delta", id: map.position,
            SeatDelta(
                epoch: map.position.epoch, afterSequence: sequence, sequence: map.position.sequence, changes: changes))
    }

    /// `heartbeat`: the stream lives, and stands here.
    static func heartbeat(at position: SeatsPosition, time: Timestamp) throws(WireJSONFailure) -> ByteBuffer {
        try frame(
            "heartbeat", id: nil,
            StreamHeartbeat(epoch: position.epoch, sequence: position.sequence, serverTime: time))
    }

    /// `closing`: the stream's last word.
    static func closing(_ closing: StreamClosing) throws(WireJSONFailure) -> ByteBuffer {
        try frame("closing", id: nil, closing)
    }

    private static func frame(
        _ event: String, id: SeatsPosition?, _ payload: some Encodable
    ) throws(WireJSONFailure) -> ByteBuffer {
        let json = try WireJSON.encode(payload)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(json.count + 64)
        if let id { buffer.writeString("id: \(id.text)\n") }
        buffer.writeString("event: \(event)\ndata: ")
        buffer.writeBytes(json)
        buffer.writeString("\n\n")
        return buffer
    }
}
