/// How many came in the last second, to a tenth. Pure; the time is an argument.
struct ArrivalMeter {
    private static let slots = 10

    private var counts = [Int](repeating: 0, count: ArrivalMeter.slots)
    // The tenth of a second that the last arrival fell into.
    private var last: Int64 = 0

    /// Somebody comes; how many came in the second up to now, this one included.
    mutating func arrive(at now: ContinuousClock.Instant, since start: ContinuousClock.Instant) -> Int {
        let tenth = Int64((now - start) / .milliseconds(100))
        if tenth > last {
            for passed in (last + 1)...min(tenth, last + Int64(Self.slots)) { counts[slot(passed)] = 0 }
            last = tenth
        }
        counts[slot(last)] += 1
        return counts.reduce(0, +)
    }

    private func slot(_ tenth: Int64) -> Int { Int(tenth % Int64(Self.slots)) }
}
