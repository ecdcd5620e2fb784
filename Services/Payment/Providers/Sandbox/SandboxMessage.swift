import Ticketing

/// The body of the sandbox's webhooks.
struct SandboxMessage: Codable, Hashable, Sendable {
    /// The message's id: the same on each try.
    var id: String
    /// What happened: `payment.succeeded`.
    var type: String
    /// Which payment it is about.
    var paymentId: PaymentID
}
