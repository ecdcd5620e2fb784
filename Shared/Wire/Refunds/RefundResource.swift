public import Ticketing

/// Money that goes back.
public struct RefundResource: Codable, Hashable, Sendable {
    /// The refund's id.
    public var refundId: RefundID
    /// Of which order.
    public var orderId: OrderID
    /// Where it is in its life.
    public var state: RefundState
    /// Why.
    public var reason: RefundReason
    /// How much.
    public var amount: Money
    /// The tickets that it is for; none when the money came too late for its seats.
    public var ticketIds: [TicketID]
    /// When it was asked for.
    public var createdAt: Timestamp
    /// When the money went back.
    public var madeAt: Timestamp?

    /// All members.
    public init(
        refundId: RefundID,
        orderId: OrderID,
        state: RefundState,
        reason: RefundReason,
        amount: Money,
        ticketIds: [TicketID],
        createdAt: Timestamp,
        madeAt: Timestamp? = nil
    ) {
        self.refundId = refundId
        self.orderId = orderId
        self.state = state
        self.reason = reason
        self.amount = amount
        self.ticketIds = ticketIds
        self.createdAt = createdAt
        self.madeAt = madeAt
    }
}
