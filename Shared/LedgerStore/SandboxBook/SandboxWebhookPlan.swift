/// A message that the start of a charge brings about.
public struct SandboxWebhookPlan: Hashable, Sendable {
    /// What it says: `payment.succeeded`.
    public let event: String
    /// How long after the start it is sent, in seconds.
    public let delaySeconds: Double

    /// A message, at once unless told otherwise.
    public init(_ event: String, delaySeconds: Double = 0) {
        self.event = event
        self.delaySeconds = delaySeconds
    }
}
