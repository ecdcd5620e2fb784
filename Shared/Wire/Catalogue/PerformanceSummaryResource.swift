public import Ticketing

/// A performance, as an event lists it.
public struct PerformanceSummaryResource: Codable, Hashable, Sendable {
    /// The performance's id.
    public var performanceId: PerformanceID
    /// When it begins.
    public var startsAt: Timestamp
    /// When seats can be held.
    public var onSaleAt: Timestamp
    /// Whether it can be bought.
    public var saleState: SaleState

    /// All members.
    public init(performanceId: PerformanceID, startsAt: Timestamp, onSaleAt: Timestamp, saleState: SaleState) {
        self.performanceId = performanceId
        self.startsAt = startsAt
        self.onSaleAt = onSaleAt
        self.saleState = saleState
    }
}
