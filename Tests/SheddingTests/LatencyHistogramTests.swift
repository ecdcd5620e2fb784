import Testing

@testable import Shedding

/// The latency in the middle.
struct LatencyHistogramTests {
    @Test(arguments: [20_000, 150_000, 1_000_000, 3_700_000, 48_000_000, 900_000_000, 9_000_000_000] as [Int64])
    func `the middle of equal ones is told to a fifth`(nanoseconds: Int64) throws {
        var histogram = LatencyHistogram()
        for _ in 0..<101 { histogram.add(nanoseconds: nanoseconds) }
        let median = try #require(histogram.median)
        #expect(abs(median / Double(nanoseconds) - 1) < 0.2)
    }

    @Test func `a few that take long don't move it`() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<90 { histogram.add(nanoseconds: 2_000_000) }
        for _ in 0..<10 { histogram.add(nanoseconds: 8_000_000_000) }
        #expect(try #require(histogram.median) < 2_600_000)
    }

    @Test func `what can't be is taken for the least or the most`() throws {
        var histogram = LatencyHistogram()
        histogram.add(nanoseconds: -5)
        histogram.add(nanoseconds: .max)
        #expect(histogram.count == 2)
        #expect(try #require(histogram.median) > 0)
    }

    @Test func `an empty one has none, also after it was emptied`() {
        var histogram = LatencyHistogram()
        #expect(histogram.median == nil)
        histogram.add(nanoseconds: 1_000_000)
        histogram.clear()
        #expect(histogram.median == nil)
        #expect(histogram.count == 0)
    }
}
