import NIOCore
import Ticketing
import Wire

/// Makes an audience's frames: DESIGN 9's messages about its seats.
struct StreamFrames {
    let audience: Audience

    /// `snapshot`: all states at the map's position.
    func snapshot(of map: ChannelMap) throws(WireJSONFailure) -> ByteBuffer {
        let states = audience.selection?.states(of: map.states) ?? map.states
        return try audience.framing.frame(
            "snapshot", id: map.position,
            SeatSnapshot(states: states, at: map.position, seatRanges: audience.selection?.ranges))
    }

    /// `delta`: what changed after a sequence, which may be nothing; nil when the map can't tell.
    func delta(of map: ChannelMap, after sequence: Int64) throws(WireJSONFailure) -> ByteBuffer? {
        guard let changes = changes(of: map, after: sequence) else { return nil }
        return try audience.framing.frame(
            "delta", id: map.position,
            SeatDelta(
                epoch: map.position.epoch, afterSequence: sequence, sequence: map.position.sequence, changes: changes))
    }

    /// `heartbeat`: the stream lives, and stands here.
    func heartbeat(at position: SeatsPosition, time: Timestamp) throws(WireJSONFailure) -> ByteBuffer {
        try audience.framing.frame(
            "heartbeat", id: nil,
            StreamHeartbeat(epoch: position.epoch, sequence: position.sequence, serverTime: time))
    }

    /// `closing`: the stream's last word.
    func closing(_ closing: StreamClosing) throws(WireJSONFailure) -> ByteBuffer {
        try audience.framing.frame("closing", id: nil, closing)
    }

    /// What follows the last word.
    func end(_ closing: StreamClosing) -> ByteBuffer? {
        audience.framing.end(closing)
    }

    /// What changed of the audience's seats after a sequence; nil when the map can't tell.
    func changes(of map: ChannelMap, after sequence: Int64) -> [SeatChange]? {
        let changes = map.changes(after: sequence)
        guard let selection = audience.selection else { return changes }
        return changes?.filter { selection.contains($0.seatIndex) }
    }
}
