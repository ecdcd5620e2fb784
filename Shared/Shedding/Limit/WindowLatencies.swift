/// The latencies of one kind of request within one window: enough of each to tell the one in the middle.
///
/// Four buckets for each doubling, from 8 µs to 17 s; what is shorter or longer counts as the first or the last.
struct WindowLatencies {
    private static let firstOctave = 13
    private static let bucketCount = 4 * 21

    private(set) var count = 0
    private var buckets = [UInt32](repeating: 0, count: bucketCount)

    mutating func add(nanoseconds: Int64) {
        let value = UInt64(max(nanoseconds, 1 << Self.firstOctave))
        let octave = 63 - value.leadingZeroBitCount
        let quarter = Int(value >> UInt64(octave - 2) & 3)
        buckets[min(4 * (octave - Self.firstOctave) + quarter, Self.bucketCount - 1)] += 1
        count += 1
    }

    mutating func clear() {
        guard count > 0 else { return }
        count = 0
        for index in buckets.indices { buckets[index] = 0 }
    }

    /// The latency of which as many are shorter as longer, in nanoseconds; nil when there is none.
    var median: Double? {
        guard count > 0 else { return nil }
        let target = Double(count) / 2
        var below = 0.0
        for (index, inside) in buckets.enumerated() where inside > 0 {
            if below + Double(inside) >= target {
                let width = Double(UInt64(1) << UInt64(Self.firstOctave + index / 4 - 2))
                return width * (Double(4 + index % 4) + (target - below) / Double(inside))
            }
            below += Double(inside)
        }
        return nil
    }
}
