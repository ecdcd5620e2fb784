/// One round at the door.
struct StoreRound {
    let holdsPerSecond: Double
    /// Of one hold, from the call to its outcome, in milliseconds.
    let latencies: [Double]

    var p50: String { quantile(0.5) }
    var p99: String { quantile(0.99) }

    private func quantile(_ share: Double) -> String {
        let sorted = latencies.sorted()
        guard !sorted.isEmpty else { return "-" }
        return "\((sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] * 100).rounded() / 100)"
    }
}
