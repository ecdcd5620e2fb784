/// The providers that this service knows.
enum ProviderName: String, CaseIterable, Sendable {
    /// For trying things out.
    case sandbox
    /// Stripe, by PaymentIntents.
    case stripe
    /// Toss Payments.
    case toss
}
