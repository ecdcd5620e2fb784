/// What everybody may know of a seat; the raw value is its two bits in a snapshot.
public enum SeatState: UInt8, Sendable, CaseIterable {
    /// Nobody's: it can be held.
    case available = 0
    /// Claimed until a deadline.
    case held = 1
    /// Paid for.
    case sold = 2
    /// Not for sale, by the organizer's word.
    case blocked = 3
}
