public import Ticketing

/// Wishes of several customers for seats of one performance, which travel together.
///
/// Each is answered as if it had come alone, in their order. All carry keys, so that the whole may be sent again.
public struct HoldsCommand: Codable, Hashable, Sendable {
    /// Wishes in one call; with more it is refused as malformed.
    public static let holdsMax = 1_024

    /// Which performance.
    public var performanceId: PerformanceID
    /// The wishes.
    public var holds: [HoldCommand]

    /// All members.
    public init(performanceId: PerformanceID, holds: [HoldCommand]) {
        self.performanceId = performanceId
        self.holds = holds
    }
}
