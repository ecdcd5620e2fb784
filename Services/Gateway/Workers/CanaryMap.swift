import NIOCore
import Ticketing
import Wire

/// The canary's map as a viewer keeps it.
struct CanaryMap {
    /// The stream leaves out what belongs before a delta.
    struct Gap: Error {}

    private var states: PackedSeatStates
    private var position: SeatsPosition

    /// When the ledger changed it.
    var changedAt: Timestamp? { SeatCanary.instant(of: states) }

    /// The map after a message; nil as long as there was no snapshot.
    init?(after map: CanaryMap?, _ frame: StreamFrame) throws {
        let data = Array(frame.data.readableBytesView)
        switch frame.event {
        case "snapshot":
            let snapshot = try WireJSON.decode(SeatSnapshot.self, from: data)
            guard let states = snapshot.packedStates else { return nil }
            self.states = states
            position = snapshot.position
        case "delta":
            guard var map else { return nil }
            try map.apply(try WireJSON.decode(SeatDelta.self, from: data))
            self = map
        default:
            guard let map else { return nil }
            self = map
        }
    }

    private mutating func apply(_ delta: SeatDelta) throws {
        guard delta.epoch == position.epoch, delta.afterSequence <= position.sequence else { throw Gap() }
        for change in delta.changes where Int(change.seatIndex) < states.count {
            states[Int(change.seatIndex)] = change.state
        }
        position.sequence = max(position.sequence, delta.sequence)
    }
}
