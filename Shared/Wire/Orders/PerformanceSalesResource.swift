public import Ticketing

/// How a performance sells.
public struct PerformanceSalesResource: Codable, Hashable, Sendable {
    /// Which.
    public var performanceId: PerformanceID
    /// Seats in all.
    public var seatCount: Int
    /// Seats sold.
    public var soldCount: Int
    /// Orders paid.
    public var orderCount: Int
    /// What customers paid.
    public var gross: Money
    /// Of it, our fees.
    public var serviceFees: Money
    /// What went back.
    public var refunded: Money

    /// All members.
    public init(
        performanceId: PerformanceID,
        seatCount: Int,
        soldCount: Int,
        orderCount: Int,
        gross: Money,
        serviceFees: Money,
        refunded: Money
    ) {
        self.performanceId = performanceId
        self.seatCount = seatCount
        self.soldCount = soldCount
        self.orderCount = orderCount
        self.gross = gross
        self.serviceFees = serviceFees
        self.refunded = refunded
    }
}
