public import Ticketing

/// One seat's new state, on the wire the pair `[seat_index, state]`.
public struct SeatChange: Hashable, Sendable {
    /// Which seat.
    public let seatIndex: SeatIndex
    /// What it is now.
    public let state: SeatState

    /// A seat and its new state.
    public init(seatIndex: SeatIndex, state: SeatState) {
        self.seatIndex = seatIndex
        self.state = state
    }
}

extension SeatChange: Codable {
    /// Reads the pair.
    public init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        seatIndex = try pair.decode(SeatIndex.self)
        guard let state = SeatState(rawValue: try pair.decode(UInt8.self)), pair.isAtEnd else {
            throw DecodingError.dataCorruptedError(in: pair, debugDescription: "not a pair of a seat and a state")
        }
        self.state = state
    }

    /// Writes the pair.
    public func encode(to encoder: any Encoder) throws {
        var pair = encoder.unkeyedContainer()
        try pair.encode(seatIndex)
        try pair.encode(state.rawValue)
    }
}
