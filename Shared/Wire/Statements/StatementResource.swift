public import Ticketing

/// What a performance brought its organizer, by an instant. The refunds in it are those that were decided on: what is owed
/// to customers is owed to the organizer no more.
public struct StatementResource: Codable, Hashable, Sendable {
    /// Which.
    public var performanceId: PerformanceID
    /// The show.
    public var eventTitle: String
    /// When it is.
    public var startsAt: Timestamp
    /// By when.
    public var asOf: Timestamp
    /// By price level, in the chart's order.
    public var priceLevels: [StatementLevelResource]
    /// All of them together.
    public var total: StatementLevelResource
    /// What is owed to the organizer for it, payouts aside: prices less their tax, less what was refunded of both.
    public var payable: Money

    /// All members.
    public init(
        performanceId: PerformanceID, eventTitle: String, startsAt: Timestamp, asOf: Timestamp,
        priceLevels: [StatementLevelResource], total: StatementLevelResource, payable: Money
    ) {
        self.performanceId = performanceId
        self.eventTitle = eventTitle
        self.startsAt = startsAt
        self.asOf = asOf
        self.priceLevels = priceLevels
        self.total = total
        self.payable = payable
    }
}
