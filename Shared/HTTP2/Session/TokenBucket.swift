import NIOCore

/// A budget that refills with time: `burst` at once, `perSecond` in the long run.
struct TokenBucket {
    private let burst: Int64
    private let perSecond: Int64
    private var tokens: Int64
    private var refilledAt: NIODeadline

    init(burst: Int, perSecond: Int, at now: NIODeadline) {
        self.burst = Int64(burst)
        self.perSecond = Int64(perSecond)
        tokens = Int64(burst)
        refilledAt = now
    }

    /// Takes tokens; false when there are too few.
    mutating func take(_ count: Int64 = 1, at now: NIODeadline) -> Bool {
        if tokens < count { refill(at: now) }
        guard tokens >= count else { return false }
        tokens -= count
        return true
    }

    /// Adds to what is there, up to the burst.
    mutating func earn(_ count: Int64) {
        tokens = min(burst, tokens + count)
    }

    private mutating func refill(at now: NIODeadline) {
        // A long pause is capped first, so that the product stays small.
        let elapsed = min((now - refilledAt).nanoseconds, 3_600_000_000_000)
        let earned = elapsed / 1_000_000 * perSecond / 1_000
        guard earned > 0 else { return }
        tokens = min(burst, tokens + earned)
        refilledAt = now
    }
}
