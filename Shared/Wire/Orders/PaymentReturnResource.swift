public import Ticketing

/// What became of a payment after the buyer was on the provider's page, and where to go back to.
public struct PaymentReturnResource: Codable, Hashable, Sendable {
    /// Which payment.
    public var paymentId: PaymentID
    /// What it pays.
    public var orderId: OrderID
    /// For which performance.
    public var performanceId: PerformanceID
    /// Where the payment is now.
    public var state: PaymentState

    /// All members.
    public init(paymentId: PaymentID, orderId: OrderID, performanceId: PerformanceID, state: PaymentState) {
        self.paymentId = paymentId
        self.orderId = orderId
        self.performanceId = performanceId
        self.state = state
    }
}
