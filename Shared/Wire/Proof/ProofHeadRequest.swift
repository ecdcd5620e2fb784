public import Ticketing

/// Asks for a performance's published head.
public struct ProofHeadRequest: Codable, Hashable, Sendable {
    /// Whose.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
