import Testing

@testable import LoadModel

/// Spans counted by their length.
struct LatencyHistogramTests {
    @Test func `short spans are kept exactly`() {
        var histogram = LatencyHistogram()
        for value in 0..<256 { histogram.record(Int64(value)) }
        #expect(histogram.count == 256)
        #expect(histogram.maximum == 255)
        #expect(histogram.mean == 127.5)
        for rank in 1...256 { #expect(histogram.quantile(Double(rank) / 256) == Int64(rank - 1)) }
    }

    @Test(arguments: [2, 4, 7, 10]) func `a quantile is never short, and at most one step too long`(bits: Int) {
        var random = SeededRandom(seed: 11)
        var histogram = LatencyHistogram(precisionBits: bits)
        var values: [Int64] = []
        for _ in 0..<20_000 {
            // From a microsecond to an hour, each decade as likely.
            let value = Int64(1) << random.number(in: 0...31)
            values.append(random.number(in: 0...value))
            histogram.record(values[values.count - 1])
        }
        values.sort()
        for share in [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 1] {
            let exact = values[Int((share * Double(values.count)).rounded(.up)) - 1]
            let told = histogram.quantile(share)
            #expect(told >= exact)
            #expect(Double(told) <= Double(exact) * (1 + 1 / Double(1 << bits)) + 1)
        }
        #expect(histogram.maximum == values.last)
        #expect(histogram.quantile(1) == values.last)
    }

    @Test func `parts that are merged count as the whole would`() {
        var random = SeededRandom(seed: 3)
        var whole = LatencyHistogram()
        var parts = [LatencyHistogram](repeating: LatencyHistogram(), count: 5)
        for number in 0..<5_000 {
            let value = random.number(in: 0...10_000_000)
            whole.record(value)
            parts[number % 4].record(value)
        }
        // One part counted nothing.
        #expect(parts.reduce(into: LatencyHistogram()) { $0.merge($1) } == whole)
    }

    @Test func `what is out of range is counted at its border`() {
        var histogram = LatencyHistogram()
        histogram.record(-5)
        histogram.record(.max)
        histogram.record(7, times: 0)
        #expect(histogram.count == 2)
        #expect(histogram.quantile(0.5) == 0)
        #expect(histogram.quantile(1) == LatencyHistogram.microsecondsMax)
    }

    @Test func `one without spans tells nothing`() {
        let histogram = LatencyHistogram()
        #expect(histogram.isEmpty && histogram.quantile(0.99) == 0 && histogram.mean == 0 && histogram.maximum == 0)
    }

    @Test func `longer ones are told from shorter ones`() {
        var histogram = LatencyHistogram()
        histogram.record(100, times: 7)
        histogram.record(50_000, times: 3)
        #expect(histogram.count(above: 100) == 3)
        #expect(histogram.count(above: 99) == 10)
        #expect(histogram.count(above: 60_000) == 0)
        #expect(histogram.count(above: -1) == 10)
    }
}
