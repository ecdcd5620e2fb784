public import Ticketing

/// A charge that the sandbox provider is asked to start.
public struct SandboxChargeStart: Hashable, Sendable {
    /// The merchant's key.
    public let paymentID: PaymentID
    /// How much.
    public let amount: Money
    /// The card's token.
    public let token: String
    /// The state that it gets.
    public let state: SandboxChargeState
    /// Why it is refused, if it is.
    public let declineCode: String?
    /// When it is carried out, if it is processing: seconds from now.
    public let dueSeconds: Double?
    /// The webhooks that its start brings about; one that ends later brings its own.
    public let webhooks: [SandboxWebhookPlan]

    /// All members.
    public init(
        paymentID: PaymentID, amount: Money, token: String, state: SandboxChargeState, declineCode: String?,
        dueSeconds: Double?, webhooks: [SandboxWebhookPlan]
    ) {
        self.paymentID = paymentID
        self.amount = amount
        self.token = token
        self.state = state
        self.declineCode = declineCode
        self.dueSeconds = dueSeconds
        self.webhooks = webhooks
    }
}
