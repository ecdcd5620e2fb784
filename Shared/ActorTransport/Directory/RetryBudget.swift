/// How often calls may be repeated: for a share of the calls of the last seconds, and a few always. Without it, who
/// is slow would be asked several times as much, and get slower.
struct RetryBudget {
    /// How far back it looks.
    static let windowSeconds = 10

    private struct Second {
        var calls = 0
        var retries = 0
    }

    private let share: Double
    private let perSecondMin: Int
    private let origin: ContinuousClock.Instant
    private var seconds = [Second](repeating: Second(), count: windowSeconds)
    private var latest = 0

    init(share: Double, perSecondMin: Int, at origin: ContinuousClock.Instant) {
        self.share = share
        self.perSecondMin = perSecondMin
        self.origin = origin
    }

    /// A call is made, whatever becomes of it.
    mutating func callBegan(at now: ContinuousClock.Instant) {
        advance(to: now)
        seconds[latest % Self.windowSeconds].calls += 1
    }

    /// Takes a retry; false when there is none left.
    mutating func takeRetry(at now: ContinuousClock.Instant) -> Bool {
        advance(to: now)
        let calls = seconds.reduce(0) { $0 + $1.calls }
        let retries = seconds.reduce(0) { $0 + $1.retries }
        let allowed = Int(Double(calls) * share) + perSecondMin * Self.windowSeconds
        guard retries < allowed else { return false }
        seconds[latest % Self.windowSeconds].retries += 1
        return true
    }

    private mutating func advance(to now: ContinuousClock.Instant) {
        let current = max(latest, Int((now - origin).components.seconds))
        guard current > latest else { return }
        // Whoever was quiet for longer than the window has nothing left in it.
        for second in max(latest + 1, current - Self.windowSeconds + 1)..<max(latest + 1, current + 1) {
            seconds[second % Self.windowSeconds] = Second()
        }
        latest = current
    }
}
