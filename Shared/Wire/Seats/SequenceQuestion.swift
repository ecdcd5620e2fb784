public import Ticketing

/// Asks where a performance's map stands.
public struct SequenceQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
