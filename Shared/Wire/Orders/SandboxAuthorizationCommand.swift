public import Ticketing

/// What the buyer said on the sandbox's test page.
public struct SandboxAuthorizationCommand: Codable, Hashable, Sendable {
    /// Which payment.
    public var paymentId: PaymentID
    /// Yes or no.
    public var isApproved: Bool

    /// All members.
    public init(paymentId: PaymentID, isApproved: Bool) {
        self.paymentId = paymentId
        self.isApproved = isApproved
    }
}
