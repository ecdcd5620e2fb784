/// The states of all seats of a performance at two bits a seat; seat 0 stands in the lowest two bits of byte 0.
public struct PackedSeatStates: Hashable, Sendable {
    /// How many seats there are.
    public let count: Int
    /// Four seats a byte; the unused bits of the last byte are zero.
    public private(set) var bytes: [UInt8]

    /// All seats available.
    public init(count: Int) {
        precondition(count >= 0, "a map of \(count) seats")
        self.count = count
        bytes = [UInt8](repeating: 0, count: (count + 3) / 4)
    }

    /// Takes bytes as another process packed them; nil when they don't fit the count.
    public init?(count: Int, bytes: [UInt8]) {
        guard count >= 0, bytes.count == (count + 3) / 4 else { return nil }
        if let last = bytes.last, count % 4 != 0, (last >> Self.shift(of: count)) != 0 { return nil }
        self.count = count
        self.bytes = bytes
    }

    /// The state of the seat at an index from 0; an index beyond the last seat is our bug.
    public subscript(seat: Int) -> SeatState {
        get {
            precondition(seat >= 0 && seat < count, "seat \(seat) of \(count)")
            // Always one of the four: two bits.
            return SeatState(rawValue: (bytes[seat >> 2] >> Self.shift(of: seat)) & 0b11)!
        }
        set {
            precondition(seat >= 0 && seat < count, "seat \(seat) of \(count)")
            let shift = Self.shift(of: seat)
            bytes[seat >> 2] = bytes[seat >> 2] & ~(0b11 << shift) | newValue.rawValue << shift
        }
    }

    /// How far the seat's two bits stand from the lowest of their byte.
    private static func shift(of seat: Int) -> UInt8 {
        UInt8(seat & 3) * 2
    }

    /// How many seats are in each state, by the state's raw value.
    public func counts() -> [Int] {
        var counts = [0, 0, 0, 0]
        for seat in 0..<count { counts[Int(self[seat].rawValue)] += 1 }
        return counts
    }
}
