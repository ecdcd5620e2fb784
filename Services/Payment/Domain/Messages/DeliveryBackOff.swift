/// How long a delivery waits after an attempt that failed, and when it is given up.
struct DeliveryBackOff: Sendable {
    /// The first pause, in seconds; it doubles from there.
    var secondsMin = 1.0
    /// The longest pause, in seconds.
    var secondsMax = 3_600.0
    /// Attempts, the last of which makes a dead letter: the defaults try for ten hours.
    var attemptsMax = 20

    /// The pause after so many attempts, in seconds; nil when there is no next one. `chance` is from 0 to 1: those who
    /// failed together come back apart.
    func pause(after attempts: Int, chance: Double) -> Double? {
        guard attempts < attemptsMax else { return nil }
        let doubled = secondsMin * Double(1 << min(max(0, attempts - 1), 32))
        return min(doubled, secondsMax) * (0.5 + chance / 2)
    }
}
