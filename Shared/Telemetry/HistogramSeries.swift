import CoreMetrics
import Synchronization

/// The upper bounds of a histogram's buckets, ascending; the last bucket has none.
enum HistogramBounds {
    case latencies, sizes

    var values: [Double] {
        switch self {
        case .latencies:
            [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        case .sizes: (0...20).map { Double(1 << $0) }
        }
    }
}

/// How often a value was at most so large: one atomic step a record, and one for the sum.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    private let bounds: [Double]
    // Not `Sendable` as a pointer; it is set once, lives as long as the series, and holds atomics only.
    nonisolated(unsafe) private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sum = Atomic<Double>(0)

    init(bounds: HistogramBounds) {
        self.bounds = bounds.values
        counts = .allocate(capacity: self.bounds.count + 1)
        for index in 0...self.bounds.count { (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: bounds.count + 1)
        counts.deallocate()
    }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func append(to text: inout MetricsText, name: String, labels: String) {
        let separator = labels.isEmpty ? "" : ","
        var total: UInt64 = 0
        for index in 0...bounds.count {
            total += counts[index].load(ordering: .relaxed)
            let bound = index < bounds.count ? MetricsText.number(bounds[index]) : "+Inf"
            text.append("\(name)_bucket", labels: "\(labels)\(separator)le=\"\(bound)\"", value: Double(total))
        }
        text.append("\(name)_sum", labels: labels, value: sum.load(ordering: .relaxed))
        text.append("\(name)_count", labels: labels, value: Double(total))
    }
}
