public import CoreMetrics
import Synchronization

/// Every metric of the process, written in Prometheus' text format 0.0.4.
///
/// Taking a metric costs a lock and a look-up, so keep the one that you took; recording costs one atomic operation.
/// A name has a bounded number of label sets: what comes after them is kept but not shown, and
/// `metrics_series_dropped_total` counts it.
public final class MetricsRegistry: Sendable {
    /// The most sets of labels that one name may have.
    public static let seriesPerNameMax = 1_000

    private struct Family {
        var kind: MetricKind
        var series: [String: any MetricSeries] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var collectors: [@Sendable (inout MetricsText) -> Void] = []
    }

    private let state = Mutex(State())
    private let dropped = Atomic(0)

    /// An empty registry.
    public init() {}

    /// Adds something that is measured when it is asked for.
    public func collect(_ collector: @escaping @Sendable (inout MetricsText) -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Adds a gauge that is read when it is asked for; it must answer at once. The first one of a name and labels stays.
    public func gauge(
        _ label: String, _ dimensions: [(String, String)] = [], read: @escaping @Sendable () -> Double
    ) {
        _ = series(label, suffix: "", dimensions, kind: .gauge) { ReadGaugeSeries(read: read) }
    }

    /// All metrics as text, `text/plain; version=0.0.4`, families in the order of their names.
    public func rendered() -> String {
        let (families, collectors) = state.withLock { ($0.families, $0.collectors) }
        var text = MetricsText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.begin(name, kind: family.kind)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.append(to: &text, name: name, labels: labels)
            }
        }
        for collector in collectors { collector(&text) }
        text.begin("metrics_series_dropped_total", kind: .counter)
        text.append("metrics_series_dropped_total", value: Double(dropped.load(ordering: .relaxed)))
        return text.text
    }

    /// The series of a name and a set of labels, made on first use.
    func series<Series: MetricSeries>(
        _ label: String, suffix: String, _ dimensions: [(String, String)], kind: MetricKind, _ make: () -> Series
    ) -> Series {
        let sanitized = MetricsText.name(label)
        let name = sanitized.hasSuffix(suffix) ? sanitized : sanitized + suffix
        let labels = MetricsText.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? Series { return known }
            let made = make()
            // A name that is used for two kinds, or too many label sets: the caller gets a series that nobody sees.
            guard family.kind == kind, family.series[labels] == nil, family.series.count < Self.seriesPerNameMax else {
                dropped.add(1, ordering: .relaxed)
                return made
            }
            family.series[labels] = made
            state.families[name] = family
            return made
        }
    }
}

extension MetricsRegistry: MetricsFactory {
    /// A counter; `_total` is added to a name that does not end so.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, suffix: "_total", dimensions, kind: .counter) { CounterSeries() }
    }

    /// A counter of fractions; `_total` is added to a name that does not end so.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, suffix: "_total", dimensions, kind: .counter) { FloatingPointCounterSeries() }
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, suffix: "", dimensions, kind: .gauge) { GaugeSeries() }
    }

    /// A histogram of sizes, or a gauge where nothing is aggregated.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, suffix: "", dimensions, kind: .gauge) { GaugeSeries() } }
        return series(label, suffix: "", dimensions, kind: .histogram) { HistogramSeries(bounds: .sizes) }
    }

    /// A histogram of latencies in seconds; `_seconds` is added to a name that does not end so.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, suffix: "_seconds", dimensions, kind: .histogram) { HistogramSeries(bounds: .latencies) }
    }

    /// Series live as long as the process: a counter that went away and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// See ``destroyCounter(_:)``.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// See ``destroyCounter(_:)``.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// See ``destroyCounter(_:)``.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// See ``destroyCounter(_:)``.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
