public import Ticketing

/// An order.
public struct OrderResource: Codable, Hashable, Sendable {
    /// The order's id.
    public var orderId: OrderID
    /// Its performance.
    public var performanceId: PerformanceID
    /// What it pays.
    public var holdIds: [HoldID]
    /// Where it is in its life.
    public var state: OrderState
    /// What it costs.
    public var total: Money
    /// What went back.
    public var refunded: Money
    /// When it was made.
    public var createdAt: Timestamp
    /// Oldest first.
    public var payments: [PaymentResource]
    /// By seat, once it is paid.
    public var tickets: [TicketResource]
    /// Oldest first: what was asked for, is on its way, went back or was refused.
    public var refunds: [RefundResource]
    /// Whether its customer may still refund its tickets; absent when not.
    public var refundOffer: RefundOfferResource?

    /// All members.
    public init(
        orderId: OrderID,
        performanceId: PerformanceID,
        holdIds: [HoldID],
        state: OrderState,
        total: Money,
        refunded: Money,
        createdAt: Timestamp,
        payments: [PaymentResource],
        tickets: [TicketResource],
        refunds: [RefundResource] = [],
        refundOffer: RefundOfferResource? = nil
    ) {
        self.orderId = orderId
        self.performanceId = performanceId
        self.holdIds = holdIds
        self.state = state
        self.total = total
        self.refunded = refunded
        self.createdAt = createdAt
        self.payments = payments
        self.tickets = tickets
        self.refunds = refunds
        self.refundOffer = refundOffer
    }
}
