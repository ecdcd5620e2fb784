import Ticketing

/// What a provider is asked to give back.
struct ProviderRefund: Hashable, Sendable {
    /// Ours, and the provider's idempotency key.
    let refundID: RefundID
    /// Of which charge.
    let charge: ProviderCharge
    /// How much: all of the charge, or a part.
    let amount: Money
}
