/// After how many seconds who is refused should come again: spread over a longer time the more are refused, so that they
/// don't all come at once.
struct RetryPause {
    static let secondsMax = 30
    private static let windowNanoseconds: Int64 = 1_000_000_000

    private var beganAt: Int64 = 0
    private var taken = 0
    private var refused = 0
    /// Refused for each that was taken in, in the last whole window.
    private var excess = 0
    private var random: UInt64

    init(seed: UInt64) {
        random = seed
    }

    mutating func requestTaken(at now: Int64) {
        advance(to: now)
        taken += 1
    }

    /// One is refused; the seconds that it is told, 1 to `secondsMax`.
    mutating func requestRefused(at now: Int64) -> Int {
        advance(to: now)
        refused += 1
        let span = min(Self.secondsMax, 2 + max(excess, refused / max(1, taken)))
        return 1 + Int(next() % UInt64(span))
    }

    private mutating func advance(to now: Int64) {
        guard now - beganAt >= Self.windowNanoseconds else { return }
        excess = now - beganAt < 2 * Self.windowNanoseconds ? refused / max(1, taken) : 0
        (beganAt, taken, refused) = (now, 0, 0)
    }

    // SplitMix64: nobody gains by guessing it.
    private mutating func next() -> UInt64 {
        random &+= 0x9e37_79b9_7f4a_7c15
        var z = random
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }
}
