public import Ticketing

/// A channel of a realtime-push replica.
public struct ChannelResource: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
    /// Streams open at this replica.
    public var viewerCount: Int
    /// Where the channel's map stands; absent when nobody watches.
    public var position: SeatsPosition?

    /// All members.
    public init(performanceId: PerformanceID, viewerCount: Int, position: SeatsPosition? = nil) {
        self.performanceId = performanceId
        self.viewerCount = viewerCount
        self.position = position
    }
}
