public import Ticketing

/// Asks for the seats' states; with a position, for what changed since.
public struct SeatsQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
    /// Where the asker stands; absent for a snapshot.
    public var after: SeatsPosition?

    /// All members.
    public init(performanceId: PerformanceID, after: SeatsPosition? = nil) {
        self.performanceId = performanceId
        self.after = after
    }
}
