public import Ticketing

/// Asks how a channel is.
public struct ChannelQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID

    /// All members.
    public init(performanceId: PerformanceID) {
        self.performanceId = performanceId
    }
}
