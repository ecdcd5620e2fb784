public import Ticketing

/// What became of one wish for seats. Everything but `held` wrote nothing.
public enum HoldOutcome: Sendable, Hashable {
    /// The seats are the customer's until the deadline.
    case held(MadeHold)
    /// The same request was answered before: this is what it made.
    case replayed(MadeHold)
    /// The key belongs to another request.
    case keyReused
    case notOnSale(onSaleAt: Timestamp)
    case salePaused
    case saleEnded
    /// These seats don't exist.
    case unknownSeats([SeatIndex])
    /// All those of the wished seats that somebody else has, blocked ones included.
    case seatsTaken([SeatIndex])
    /// None is taken, these are not for sale.
    case seatsBlocked([SeatIndex])
    case seatLimitReached(seatsOwned: Int, seatsMax: Int)
    case unknownPerformance
}
