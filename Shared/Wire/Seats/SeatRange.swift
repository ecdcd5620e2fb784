public import Ticketing

/// Seats side by side, on the wire the pair `[first, last]` of seat indexes.
public struct SeatRange: Hashable, Sendable {
    /// The first seat.
    public let first: SeatIndex
    /// The last one, which belongs to it.
    public let last: SeatIndex

    /// The seats from one to another.
    public init(first: SeatIndex, last: SeatIndex) {
        self.first = first
        self.last = last
    }
}

extension SeatRange: Codable {
    /// Reads the pair.
    public init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        first = try pair.decode(SeatIndex.self)
        last = try pair.decode(SeatIndex.self)
        guard pair.isAtEnd, 0 <= first, first <= last else {
            throw DecodingError.dataCorruptedError(in: pair, debugDescription: "not a pair of a first and a last seat")
        }
    }

    /// Writes the pair.
    public func encode(to encoder: any Encoder) throws {
        var pair = encoder.unkeyedContainer()
        try pair.encode(first)
        try pair.encode(last)
    }
}
