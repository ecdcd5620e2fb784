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
    /// The customer kept seats from others and let them lapse, too often to be given some now.
    case coolingDown(retryAfterSeconds: Int)
    /// So many seats that fit were not free, under the lock; the same wish for `largestGroup` seats would be granted.
    case notEnoughSeats(largestGroup: Int)
    case unknownPerformance
}

extension HoldOutcome {
    /// What the same request is told when it comes again while the first one is under way.
    var repeated: HoldOutcome {
        if case .held(let hold) = self { .replayed(hold) } else { self }
    }
}
