public import Ticketing

/// A hold whose deadline has passed, for the seats' door to end.
public struct DueHold: Sendable, Hashable {
    public let performanceID: PerformanceID
    public let holdID: HoldID
    /// The deadline that passed.
    public let dueAt: Timestamp
}
