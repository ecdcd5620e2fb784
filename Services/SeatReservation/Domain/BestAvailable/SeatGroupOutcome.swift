import Ticketing

/// What the search for a group of seats found.
enum SeatGroupOutcome: Sendable, Equatable {
    /// As many seats as asked for, indexes ascending.
    case group([SeatIndex])
    /// The largest group that would fit has so many seats; 0 when nothing fits.
    case notEnough(largestGroup: Int)
}
