public import Ticketing

/// Names the Redis channels that carry deltas.
public enum SeatChannel {
    /// The channel of one performance: what is published there is one `SeatDeltaMessage` as JSON.
    public static func name(of performance: PerformanceID) -> String {
        "performance:\(performance)"
    }
}
