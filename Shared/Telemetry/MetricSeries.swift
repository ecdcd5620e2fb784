import CoreMetrics
import Synchronization

/// The numbers of one name and one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    func append(to text: inout MetricsText, name: String, labels: String)
}

/// A whole number that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func append(to text: inout MetricsText, name: String, labels: String) {
        text.append(name, labels: labels, value: Double(value.load(ordering: .relaxed)))
    }
}

/// A fraction that only grows.
final class FloatingPointCounterSeries: MetricSeries, FloatingPointCounterHandler {
    private let value = Atomic<Double>(0)

    func increment(by amount: Double) { value.add(amount) }
    func reset() { value.store(0, ordering: .relaxed) }

    func append(to text: inout MetricsText, name: String, labels: String) {
        text.append(name, labels: labels, value: value.load(ordering: .relaxed))
    }
}

/// The last value that was seen.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let value = Atomic<Double>(0)

    func set(_ new: Int64) { value.store(Double(new), ordering: .relaxed) }
    func set(_ new: Double) { value.store(new, ordering: .relaxed) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    func record(_ new: Int64) { set(new) }
    func record(_ new: Double) { set(new) }

    func append(to text: inout MetricsText, name: String, labels: String) {
        text.append(name, labels: labels, value: value.load(ordering: .relaxed))
    }
}

/// A value that is read when it is asked for.
final class ReadGaugeSeries: MetricSeries {
    private let read: @Sendable () -> Double

    init(read: @escaping @Sendable () -> Double) {
        self.read = read
    }

    func append(to text: inout MetricsText, name: String, labels: String) {
        text.append(name, labels: labels, value: read())
    }
}

extension Atomic where Value == Double {
    func add(_ amount: Double) {
        var seen = load(ordering: .relaxed)
        while true {
            let (done, now) = weakCompareExchange(expected: seen, desired: seen + amount, ordering: .relaxed)
            if done { return }
            seen = now
        }
    }
}
