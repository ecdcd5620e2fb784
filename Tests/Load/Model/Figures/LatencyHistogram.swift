/// Counts spans of time by their length in microseconds, in memory that does not grow with their number: a value is kept
/// to within one part in 2 to the `precisionBits`.
///
/// Two of the same precision can be merged without any loss, whichever thread filled them.
public struct LatencyHistogram: Sendable, Equatable {
    /// The longest span that is told from longer ones: 71 minutes.
    public static let microsecondsMax: Int64 = (1 << 32) - 1

    /// How fine the counts are.
    public let precisionBits: Int
    /// How many spans were counted.
    public private(set) var count: Int64 = 0
    /// The longest, exactly; 0 without any.
    public private(set) var maximum: Int64 = 0
    private var sum: Int64 = 0
    /// Empty until the first span.
    private var counters: [Int64] = []

    /// Nothing counted. 7 bits take 26 kB once something is counted, 4 bits take 4 kB.
    public init(precisionBits: Int = 7) {
        precondition((2...10).contains(precisionBits), "a histogram of \(precisionBits) bits")
        self.precisionBits = precisionBits
    }

    /// Whether nothing was counted.
    public var isEmpty: Bool { count == 0 }

    /// The average in microseconds; 0 without any.
    public var mean: Double { count == 0 ? 0 : Double(sum) / Double(count) }

    /// Counts a span `times` times. A negative one counts as none, one that is too long as the longest.
    public mutating func record(_ microseconds: Int64, times: Int64 = 1) {
        guard times > 0 else { return }
        let value = min(max(microseconds, 0), Self.microsecondsMax)
        if counters.isEmpty { counters = [Int64](repeating: 0, count: index(of: Self.microsecondsMax) + 1) }
        counters[index(of: value)] += times
        count += times
        sum += value * times
        maximum = max(maximum, value)
    }

    /// Adds what another one counted.
    /// - Precondition: both have the same precision.
    public mutating func merge(_ other: LatencyHistogram) {
        precondition(precisionBits == other.precisionBits, "histograms of different precision")
        guard !other.isEmpty else { return }
        if counters.isEmpty {
            self = other
            return
        }
        for place in other.counters.indices { counters[place] += other.counters[place] }
        count += other.count
        sum += other.sum
        maximum = max(maximum, other.maximum)
    }

    /// The span that this share of all does not exceed, in microseconds: at most one step of precision too long.
    /// 0 without any.
    public func quantile(_ share: Double) -> Int64 {
        guard count > 0 else { return 0 }
        let rank = min(count, max(1, Int64((share * Double(count)).rounded(.up))))
        var passed: Int64 = 0
        for (place, counter) in counters.enumerated() where counter > 0 {
            passed += counter
            if passed >= rank { return min(highest(at: place), maximum) }
        }
        return maximum
    }

    /// How many spans were longer than this, as near as the precision tells.
    public func count(above microseconds: Int64) -> Int64 {
        guard !counters.isEmpty, microseconds < Self.microsecondsMax else { return 0 }
        let place = index(of: max(0, microseconds))
        return counters[(place + 1)...].reduce(0, +)
    }

    // Values below twice the precision have a counter each; above, each doubling has as many counters as the precision.
    private func index(of value: Int64) -> Int {
        let exact = 2 << precisionBits
        guard value >= exact else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let shift = exponent - precisionBits
        let place = Int(value >> Int64(shift)) - (1 << precisionBits)
        return exact + (exponent - precisionBits - 1) << precisionBits + place
    }

    private func highest(at place: Int) -> Int64 {
        let exact = 2 << precisionBits
        guard place >= exact else { return Int64(place) }
        let doubling = (place - exact) >> precisionBits
        let offset = (place - exact) & (1 << precisionBits - 1)
        let shift = Int64(doubling + 1)
        return (Int64(offset + 1 << precisionBits) + 1) << shift - 1
    }
}
