/// The latencies of one kind of request: those of this window, and what is usual in quiet times.
///
/// Kinds are compared with themselves only: what one asks a database and another answers from memory have nothing to
/// tell each other.
struct KindLatency {
    /// Fewer say nothing.
    private static let samplesMin = 8
    private static let fall = 0.3
    private static let fallByProbe = 0.7
    private static let riseByProbe = 0.3
    /// As long as this part of what it took with the whole limit is as long.
    private static let unchanged = 0.95
    // One window is short, and may be slow by chance: so many probes in a row have to say the same.
    private static let unchangedProbesMin = 2

    private(set) var window = WindowLatencies()
    /// In nanoseconds; nil before the first window.
    private(set) var baseline: Double?
    /// The middle of the last window that had the whole limit.
    private var withWholeLimit: Double?
    /// Probes in a row with which it took as long as with the whole limit.
    private var unchangedProbes = 0

    mutating func add(nanoseconds: Int64) {
        window.add(nanoseconds: nanoseconds)
    }

    /// The middle of this window; nil when too few ended in it.
    private var median: Double? { window.count >= Self.samplesMin ? window.median : nil }

    /// What this window took as a share of what is tolerated, and how much that weighs: as much as such requests are in
    /// flight in quiet times. Nil where nothing is known.
    func share(of tolerance: LatencyTolerance) -> (share: Double, weight: Double)? {
        guard let median, let baseline else { return nil }
        let slack = tolerance.slack
        return ((median + slack) / (tolerance.most(usual: baseline) + slack), Double(window.count) * (baseline + slack))
    }

    /// Takes in what this window showed with the whole limit; `rising`, 0 to 1, is how far it may go up to that. The first
    /// window is taken as it is.
    mutating func learn(rising: Double) {
        guard let median else { return }
        learn(median, falling: Self.fall, rising: rising)
        withWholeLimit = median
    }

    /// Takes in what this window showed with half of the limit. Where that took as long as with all of it, it is not the
    /// number in flight that makes it take so long: it has become usual.
    mutating func learnByProbe() {
        guard let median else { return }
        let isUnchanged = withWholeLimit.map { median >= Self.unchanged * $0 } ?? false
        unchangedProbes = isUnchanged ? unchangedProbes + 1 : 0
        let isSure = unchangedProbes >= Self.unchangedProbesMin
        learn(median, falling: Self.fallByProbe, rising: isSure ? Self.riseByProbe : 0)
    }

    private mutating func learn(_ median: Double, falling: Double, rising: Double) {
        guard let usual = baseline else {
            baseline = median
            return
        }
        baseline = usual + (median - usual) * (median < usual ? falling : rising)
    }

    mutating func windowEnded() {
        window.clear()
    }
}
