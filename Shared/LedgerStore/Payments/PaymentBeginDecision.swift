public import Wire

/// What the ledger decided about a wish to pay.
public enum PaymentBeginDecision: Hashable, Sendable {
    /// Why the rules refuse.
    public enum Refusal: String, Hashable, Sendable, CaseIterable {
        /// There is no such order of this customer.
        case notFound = "not_found"
        /// The order costs something, and no way to pay was named.
        case methodMissing = "method_missing"
        /// It is paid already, or refunded.
        case orderNotPayable = "order_not_payable"
        /// Another payment of it is open.
        case paymentInProgress = "payment_in_progress"
        /// A hold of it was given back.
        case holdReleased = "hold_released"
        /// A hold of it has ended.
        case holdExpired = "hold_expired"
        /// The performance does not take place.
        case saleEnded = "sale_ended"
    }

    /// Written down, and the seats are frozen: the provider may be asked.
    case begun(PaymentAttempt)
    /// Begun before by somebody who did not end it in time: it is the caller's to go on with.
    case resumed(PaymentAttempt)
    /// The same request was answered before.
    case replayed(Answer)
    /// The key is being worked on.
    case inUse
    /// The key was used for another request.
    case keyReused
    /// The rules refuse.
    case refused(Refusal)
}
