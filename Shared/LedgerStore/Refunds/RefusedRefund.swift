public import Ticketing

/// A refund that the provider refused, as an operator sees it.
public struct RefusedRefund: Codable, Hashable, Sendable {
    /// Which.
    public var refundId: RefundID
    /// Of which order.
    public var orderId: OrderID
    /// Of which payment.
    public var paymentId: PaymentID
    /// Of which performance.
    public var performanceId: PerformanceID
    /// Who refuses.
    public var provider: String
    /// How much is owed.
    public var amount: Money
    /// Why it was to go back.
    public var reason: RefundReason
    /// Why it is refused, in the provider's words.
    public var refusalCode: String?
    /// Since when.
    public var refusedAt: Timestamp
}
