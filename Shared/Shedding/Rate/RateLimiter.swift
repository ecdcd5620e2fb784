import Metrics
import Synchronization

/// Lets each key (an address, an account) do something so often, and no more; in bounded memory.
public final class RateLimiter: Sendable {
    /// One megabyte for the cells of both rows.
    private static let cells = 65_536

    private let origin = ContinuousClock.now
    private let limit: Mutex<RateLimit>
    private let refused: Counter

    /// So many in the long run and so many at once; `name` stands in the metrics. Nil where nothing is to be limited:
    /// for a rate of 0.
    public init?(_ name: String, perSecond: Double, burst: Int) {
        guard perSecond > 0 else { return nil }
        limit = Mutex(RateLimit(RateLimit.Rate(perSecond: perSecond, burst: max(1, burst)), cells: Self.cells))
        refused = Counter(label: "rate_limited_total", dimensions: [("by", name)])
    }

    /// Takes one for a key: nil if it is granted, else the seconds after which it may ask again, 1 or more. Nobody learns
    /// the key from the table: hashes have a seed of this process.
    public func take(_ key: some Hashable, at now: ContinuousClock.Instant = .now) -> Int? {
        var hasher = Hasher()
        hasher.combine(key)
        let hash = UInt64(bitPattern: Int64(hasher.finalize()))
        let instant = origin.duration(to: now).nanoseconds
        let left = limit.withLock { $0.take(hash, at: instant) }
        guard left > 0 else { return nil }
        refused.increment()
        return Int((left + 999_999_999) / 1_000_000_000)
    }
}
