import LedgerStore
import Ticketing

/// What a provider is asked to take, and asked about.
struct ProviderCharge: Hashable, Sendable {
    /// Ours, and the provider's idempotency key.
    let paymentID: PaymentID
    /// What it pays.
    let orderID: OrderID
    /// How much.
    let amount: Money
    /// The provider's word for the card.
    let token: String
    /// The provider's own name of it, once we know it.
    let reference: String?
    /// Seconds since it was begun: keys are forgotten some day.
    let ageSeconds: Int64
}

extension ProviderCharge {
    /// The charge of a payment.
    init(_ attempt: PaymentAttempt) {
        paymentID = attempt.paymentID
        orderID = attempt.orderID
        amount = attempt.amount
        token = attempt.methodToken
        reference = attempt.reference
        ageSeconds = attempt.ageSeconds
    }
}
