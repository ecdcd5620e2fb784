public import Ticketing

/// One attempt at paying.
public struct PaymentResource: Codable, Hashable, Sendable {
    /// The payment's id.
    public var paymentId: PaymentID
    /// Where it is in its life.
    public var state: PaymentState
    /// How much.
    public var amount: Money
    /// When it was begun.
    public var createdAt: Timestamp
    /// The provider's reason.
    public var declineCode: String?
    /// When it requires one.
    public var nextAction: NextActionResource?

    /// All members.
    public init(
        paymentId: PaymentID,
        state: PaymentState,
        amount: Money,
        createdAt: Timestamp,
        declineCode: String? = nil,
        nextAction: NextActionResource? = nil
    ) {
        self.paymentId = paymentId
        self.state = state
        self.amount = amount
        self.createdAt = createdAt
        self.declineCode = declineCode
        self.nextAction = nextAction
    }
}
