public import Ticketing

/// Another machine's clock, as it was read once and has gone on since. Pure; the own clock, which nobody sets, is an
/// argument.
public struct RemoteClock: Hashable, Sendable {
    private let readAt: Timestamp
    private let heardAt: ContinuousClock.Instant

    /// It showed `time` when it was heard of.
    public init(showing time: Timestamp, at instant: ContinuousClock.Instant) {
        readAt = time
        heardAt = instant
    }

    /// What it shows.
    public func time(at instant: ContinuousClock.Instant) -> Timestamp {
        Timestamp(unixMicroseconds: readAt.unixMicroseconds + Int64((instant - heardAt) / .microseconds(1)))
    }
}
