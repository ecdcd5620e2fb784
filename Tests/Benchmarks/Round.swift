import Foundation

/// One round of a benchmark: how much was done, and how long each took.
struct Round {
    let perSecond: Double
    /// Of one, from the asking to its outcome, in milliseconds.
    let latencies: [Double]

    init(latencies: [Double], seconds: Double) {
        self.latencies = latencies
        perSecond = Double(latencies.count) / seconds
    }

    var p50: String { quantile(0.5) }
    var p99: String { quantile(0.99) }

    private func quantile(_ share: Double) -> String {
        let sorted = latencies.sorted()
        guard !sorted.isEmpty else { return "-" }
        return String(format: "%.1f", sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
