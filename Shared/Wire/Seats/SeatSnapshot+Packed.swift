import FoundationEssentials
public import Ticketing

extension SeatSnapshot {
    /// A snapshot of a map at a position, or of the seats of some ranges of it.
    public init(states: PackedSeatStates, at position: SeatsPosition, seatRanges: [SeatRange]? = nil) {
        self.init(
            epoch: position.epoch, sequence: position.sequence, seatCount: states.count,
            states: Data(states.bytes).base64EncodedString(), seatRanges: seatRanges)
    }

    /// The states taken apart; nil when text and count don't fit each other.
    public var packedStates: PackedSeatStates? {
        guard let bytes = Data(base64Encoded: states) else { return nil }
        return PackedSeatStates(count: seatCount, bytes: Array(bytes))
    }

    /// Where the map stands.
    public var position: SeatsPosition { SeatsPosition(epoch: epoch, sequence: sequence) }
}
