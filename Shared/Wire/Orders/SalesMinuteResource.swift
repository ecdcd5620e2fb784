public import Ticketing

/// What happened at one performance's sale within a minute.
public struct SalesMinuteResource: Codable, Hashable, Sendable {
    /// When the minute began.
    public var minute: Timestamp
    /// Holds that were made in it.
    public var holdCount: Int64
    /// Of those, how many were bought by now: the conversion.
    public var boughtCount: Int64
    /// Orders that were paid in it.
    public var orderCount: Int64
    /// Seats that they bought.
    public var seatCount: Int64
    /// What they cost.
    public var gross: Money
    /// Refunds that were made in it.
    public var refundCount: Int64
    /// What went back.
    public var refunded: Money

    /// All members.
    public init(
        minute: Timestamp,
        holdCount: Int64,
        boughtCount: Int64,
        orderCount: Int64,
        seatCount: Int64,
        gross: Money,
        refundCount: Int64,
        refunded: Money
    ) {
        self.minute = minute
        self.holdCount = holdCount
        self.boughtCount = boughtCount
        self.orderCount = orderCount
        self.seatCount = seatCount
        self.gross = gross
        self.refundCount = refundCount
        self.refunded = refunded
    }
}
