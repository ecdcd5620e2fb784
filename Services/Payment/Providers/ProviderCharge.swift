import Ticketing

/// What a provider is asked to take.
struct ProviderCharge: Hashable, Sendable {
    /// Ours, and the provider's idempotency key.
    let paymentID: PaymentID
    /// How much.
    let amount: Money
    /// The provider's word for the card.
    let token: String
}
