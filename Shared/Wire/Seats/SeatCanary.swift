public import Ticketing

/// The canary: a performance that nobody sells, whose map is a clock (migration 7 of the ledger). Seat i is blocked
/// where bit i of the Unix milliseconds of the last change is 1, else available.
public enum SeatCanary {
    /// The performance's id, the same in every ledger.
    public static let performanceID = PerformanceID(high: 0x7000, low: 0x8000_0000_0000_CA4A)
    /// Enough bits for some thousand years.
    public static let seatCount = 48

    /// When the ledger changed the map; nil when it is not the canary's.
    public static func instant(of states: PackedSeatStates) -> Timestamp? {
        guard states.count == seatCount else { return nil }
        let milliseconds = (0..<seatCount).reduce(Int64(0)) { $0 | (states[$1] == .blocked ? 1 << Int64($1) : 0) }
        return Timestamp(unixMicroseconds: milliseconds * 1_000)
    }
}
