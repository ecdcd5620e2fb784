public import Ticketing

/// Asks which seats belong to which section of a performance's chart.
public struct SectionsQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
