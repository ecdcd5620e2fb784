public import Ticketing

/// Asks for one performance.
public struct PerformanceRequest: Codable, Hashable, Sendable {
    /// Which.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
