import Ticketing

/// Who takes the money. Every call may be repeated: our payment id, or refund id, is its idempotency key.
///
/// A call that brings no answer throws; whether it was carried out is then not known, and is asked by `status`.
protocol PaymentProvider: Sendable {
    /// The provider's name in the ledger and in `/v1/webhooks/{provider}`.
    var name: String { get }

    /// Whether a token names a way to pay.
    func accepts(token: String) -> Bool

    /// Takes the money, or says what stands in the way.
    func start(_ charge: ProviderCharge, deadline: ContinuousClock.Instant) async throws -> ProviderStatus

    /// What became of a payment.
    func status(of payment: PaymentID) async throws -> ProviderStatus

    /// Ends a payment that took no money yet, also one that never arrived: it can't be started any more. The answer
    /// is what became of it, which may be that it had succeeded.
    func cancel(_ payment: PaymentID) async throws -> ProviderStatus

    /// Gives money back, once for each refund id.
    func refund(_ refund: ProviderRefund) async throws -> ProviderRefundStatus

    /// Proves that a message is the provider's own, and fresh; throws `WebhookRefusal`.
    func verifyWebhook(body: [UInt8], signature: String, at time: Timestamp) throws -> ProviderNotice
}
