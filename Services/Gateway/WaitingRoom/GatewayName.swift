/// This process, as those know it who are told whom it has seen.
struct GatewayName: Sendable {
    let id: String
    private let awaySeconds: Int
    private let startedAt: ContinuousClock.Instant

    init(awaySeconds: Int, startedAt: ContinuousClock.Instant = .now) {
        id = String(UInt64.random(in: .min ... .max), radix: 36)
        self.awaySeconds = awaySeconds
        self.startedAt = startedAt
    }

    /// Seconds since the start, from 1: what entries are marked with.
    func second(at now: ContinuousClock.Instant) -> UInt32 {
        UInt32(clamping: Int64((now - startedAt) / .seconds(1)) + 1)
    }

    /// Who was seen after this second counts.
    func secondsSeen(at now: ContinuousClock.Instant) -> UInt32 {
        let second = second(at: now)
        return second > UInt32(awaySeconds) ? second - UInt32(awaySeconds) : 0
    }

    /// Whether it has watched for as long as somebody may be silent.
    func isOldEnough(at now: ContinuousClock.Instant) -> Bool {
        now - startedAt >= .seconds(awaySeconds)
    }
}
