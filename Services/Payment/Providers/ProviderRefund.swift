import Ticketing

/// What a provider is asked to give back.
struct ProviderRefund: Hashable, Sendable {
    /// Ours, and the provider's idempotency key.
    let refundID: RefundID
    /// Of which charge.
    let paymentID: PaymentID
    /// How much.
    let amount: Money
}
