public import Ticketing

/// A performance that does not take place, and how far its refunds are.
public struct CancellationResource: Codable, Hashable, Sendable {
    /// Which.
    public var performanceId: PerformanceID
    /// How far it is.
    public var state: CancellationState
    /// In the asker's own words.
    public var reason: String
    /// Since when nothing of it is sold.
    public var requestedAt: Timestamp
    /// Since when no refund waits.
    public var finishedAt: Timestamp?
    /// Tickets that have to go back.
    public var ticketCount: Int
    /// Of those, whose money went back.
    public var ticketsRefunded: Int
    /// Refunds that are written down: one for each order.
    public var refunds: Int
    /// Of those, made.
    public var refundsMade: Int
    /// Of those, refused by the provider: an operator has to look.
    public var refundsRefused: Int
    /// What is owed to customers by the refunds that are written down.
    public var amount: Money
    /// What of it went back.
    public var refunded: Money

    /// All members.
    public init(
        performanceId: PerformanceID,
        state: CancellationState,
        reason: String,
        requestedAt: Timestamp,
        finishedAt: Timestamp?,
        ticketCount: Int,
        ticketsRefunded: Int,
        refunds: Int,
        refundsMade: Int,
        refundsRefused: Int,
        amount: Money,
        refunded: Money
    ) {
        self.performanceId = performanceId
        self.state = state
        self.reason = reason
        self.requestedAt = requestedAt
        self.finishedAt = finishedAt
        self.ticketCount = ticketCount
        self.ticketsRefunded = ticketsRefunded
        self.refunds = refunds
        self.refundsMade = refundsMade
        self.refundsRefused = refundsRefused
        self.amount = amount
        self.refunded = refunded
    }
}
