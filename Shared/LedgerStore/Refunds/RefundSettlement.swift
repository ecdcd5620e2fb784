/// What the ledger made of an observation of a refund.
public enum RefundSettlement: String, Hashable, Sendable, CaseIterable {
    /// Booked: the tickets are gone, their seats free or blocked, the customer is told.
    case made
    /// An operator has to look.
    case refused
    /// It had been made, and the money came back to the provider: it is owed again, and an operator has to look.
    case returned
    /// It had its end before, or was asked for by another key since; nothing was written.
    case settled
    /// There is no such refund.
    case notFound = "not_found"
}
