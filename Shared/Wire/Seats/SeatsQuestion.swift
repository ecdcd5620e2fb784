public import Ticketing

/// Asks for the seats' states; with a position, for what changed since.
public struct SeatsQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
    /// Where the asker stands; absent for a snapshot.
    public var after: SeatsPosition?
    /// How old the reading may be that answers; absent: a map may be a little late, a question from a position is
    /// answered from a reading that began after it came.
    public var ageMillisecondsMax: Int?

    /// All members.
    public init(performanceId: PerformanceID, after: SeatsPosition? = nil, ageMillisecondsMax: Int? = nil) {
        self.performanceId = performanceId
        self.after = after
        self.ageMillisecondsMax = ageMillisecondsMax
    }
}
