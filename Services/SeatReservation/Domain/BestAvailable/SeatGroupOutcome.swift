import Ticketing

/// What the search for a group of seats found.
enum SeatGroupOutcome: Sendable, Equatable {
    /// As many seats as asked for, indexes ascending.
    case group([SeatIndex])
    /// The same wish for so many seats would be granted, for more it would not; 0 when nothing fits.
    case notEnough(largestGroup: Int)
}
