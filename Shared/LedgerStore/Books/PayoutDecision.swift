public import Ticketing

/// What the ledger decided about a payout.
public enum PayoutDecision: Hashable, Sendable {
    /// Recorded; so much is still owed to the organizer.
    case paidOut(PayoutID, payable: Money)
    /// It was recorded before, by the same reference.
    case repeated(PayoutID, payable: Money)
    /// The reference was used for another amount.
    case referenceUsed(PayoutID)
    /// Only so much is owed.
    case moreThanPayable(Money)
}
