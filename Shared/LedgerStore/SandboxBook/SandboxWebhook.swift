public import Ticketing

/// A message that the sandbox provider has to deliver.
public struct SandboxWebhook: Hashable, Sendable {
    /// The message's id, as text.
    public let id: String
    /// Which charge it is about.
    public let paymentID: PaymentID
    /// What happened: `payment.succeeded`.
    public let event: String
    /// How often it was tried, this time included.
    public let attempts: Int

    /// All members.
    public init(id: String, paymentID: PaymentID, event: String, attempts: Int) {
        self.id = id
        self.paymentID = paymentID
        self.event = event
        self.attempts = attempts
    }
}
