public import Ticketing

/// A hold whose deadline has passed, for the seats' door to end.
public struct DueHold: Sendable, Hashable {
    public let performanceID: PerformanceID
    public let holdID: HoldID
    /// How long ago its deadline passed, in seconds by the database's clock.
    public let secondsDue: Double
}
