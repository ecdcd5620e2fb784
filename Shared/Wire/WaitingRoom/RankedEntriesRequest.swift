public import Ticketing

/// Asks for a page of the ranking as it is published.
public struct RankedEntriesRequest: Codable, Hashable, Sendable {
    /// Of which performance.
    public var performanceId: PerformanceID
    /// The position before the page's first.
    public var after: Int64

    /// All members.
    public init(performanceId: PerformanceID, after: Int64) {
        self.performanceId = performanceId
        self.after = after
    }
}
