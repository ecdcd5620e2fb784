public import Ticketing

/// Asks in which order the entries of a list stand.
public struct RankingQuestion: Codable, Hashable, Sendable {
    /// Of which performance's list.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
