/// The latencies of one kind of request: those of this window, and what is usual in quiet times.
///
/// Kinds are compared with themselves only: what one asks a database and another answers from memory have nothing to
/// tell each other.
struct KindLatency {
    /// Fewer say nothing.
    private static let samplesMin = 8

    private(set) var window = WindowLatencies()
    /// In nanoseconds; nil before the first window.
    private(set) var baseline: Double?

    mutating func add(nanoseconds: Int64) {
        window.add(nanoseconds: nanoseconds)
    }

    /// The middle of this window; nil when too few ended in it.
    private var median: Double? { window.count >= Self.samplesMin ? window.median : nil }

    /// How many times the usual this window took, and how much that weighs: as much as such requests are in flight in
    /// quiet times. Nil where nothing is known.
    func ratio(slack: Double) -> (ratio: Double, weight: Double)? {
        guard let median, let baseline else { return nil }
        return ((median + slack) / (baseline + slack), Double(window.count) * (baseline + slack))
    }

    /// Takes in what this window showed: shares, 0 to 1, of the way down or up from what was usual before. The first
    /// window is taken as it is.
    mutating func learn(falling: Double, rising: Double) {
        guard let median else { return }
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
