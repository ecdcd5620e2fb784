import LedgerStore

extension HoldOutcome {
    /// The hold, made now or before.
    var madeHold: MadeHold? {
        switch self {
        case .held(let hold), .replayed(let hold): hold
        case .keyReused, .notOnSale, .salePaused, .saleEnded, .unknownSeats, .seatsTaken, .seatsBlocked,
            .seatLimitReached, .coolingDown, .notEnoughSeats, .unknownPerformance:
            nil
        }
    }
}
