/// How long to wait before the next try at connecting: doubled each time up to a maximum, between half and the
/// whole of it by chance, so that many processes do not return in step.
public struct ReconnectBackOff: Sendable, Equatable {
    /// The first delay's upper end.
    public let initialMilliseconds: Int
    /// Where the doubling stops.
    public let maximumMilliseconds: Int
    private var failures = 0

    public init(initialMilliseconds: Int, maximumMilliseconds: Int) {
        precondition(initialMilliseconds > 0 && maximumMilliseconds >= initialMilliseconds)
        self.initialMilliseconds = initialMilliseconds
        self.maximumMilliseconds = maximumMilliseconds
    }

    /// The delay after one more failure; `chance` is in 0..<1.
    public mutating func nextDelay(chance: Double) -> Duration {
        let whole = min(maximumMilliseconds, initialMilliseconds << min(failures, 16))
        failures += 1
        return .microseconds(Int64(Double(whole) * 1_000 * (0.5 + chance / 2)))
    }

    /// To be called after a success.
    public mutating func reset() {
        failures = 0
    }
}
