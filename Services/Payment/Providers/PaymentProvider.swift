import Ticketing
import Wire

/// Who takes the money. Every call may be repeated: our payment id, or refund id, is its idempotency key.
///
/// A call that brings no answer throws; whether it was carried out is then not known, and is asked by `status`.
protocol PaymentProvider: Sendable {
    /// The provider's name in the ledger and in `/v1/webhooks/{provider}`.
    var name: String { get }

    /// What the pay screen shows for it.
    var form: PaymentFormResource { get }

    /// Whether a token names a way to pay.
    func accepts(token: String) -> Bool

    /// The provider's name of the card behind a token: the same for each token of a card, as far as the provider tells.
    func instrument(of token: String, deadline: ContinuousClock.Instant) async throws -> String

    /// Takes the money, or says what stands in the way.
    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus

    /// What became of a payment.
    func status(of charge: ProviderCharge) async throws -> ProviderStatus

    /// Takes the money of a payment that is `authorized`.
    func take(_ charge: ProviderCharge) async throws -> ProviderStatus

    /// Ends a payment that took no money yet, also one that never arrived: it can't be started any more. The answer
    /// is what became of it, which may be that it had succeeded.
    func cancel(_ charge: ProviderCharge) async throws -> ProviderStatus

    /// Gives money back, all or a part, once for each refund id.
    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus

    /// What became of a refund.
    func status(of refund: ProviderRefund) async throws -> ProviderRefundStatus

    /// Proves that a message is the provider's own, and fresh, before it reads it; throws `WebhookRefusal`.
    /// Nil when it tells of nothing that matters here.
    func verifyWebhook(body: [UInt8], signature: String, at time: Timestamp) throws -> ProviderNotice?
}

extension PaymentProvider {
    /// Of a provider that does not tell cards apart before money moves, each token is a card of its own.
    func instrument(of token: String, deadline: ContinuousClock.Instant) async throws -> String { token }

    /// Most providers take the money by themselves once the buyer agreed: none of their payments is `authorized`.
    func take(_ charge: ProviderCharge) async throws -> ProviderStatus {
        try await status(of: charge)
    }
}
