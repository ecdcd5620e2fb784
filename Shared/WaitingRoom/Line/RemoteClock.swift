public import Ticketing

/// Another machine's clock, as it was read once and has gone on since. Pure; the own clock, which nobody sets, is an
/// argument.
public struct RemoteClock: Hashable, Sendable {
    private var readAt: Timestamp
    private var heardAt: ContinuousClock.Instant

    /// It showed `time` when it was heard of.
    public init(showing time: Timestamp, at instant: ContinuousClock.Instant) {
        readAt = time
        heardAt = instant
    }

    /// It was heard of again: what came late, and so shows too early a time, changes nothing.
    public mutating func advance(to time: Timestamp, at instant: ContinuousClock.Instant) {
        if time > self.time(at: instant) { self = RemoteClock(showing: time, at: instant) }
    }

    /// What it shows.
    public func time(at instant: ContinuousClock.Instant) -> Timestamp {
        Timestamp(unixMicroseconds: readAt.unixMicroseconds + Int64((instant - heardAt) / .microseconds(1)))
    }
}
