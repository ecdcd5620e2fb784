import Testing

@testable import Shedding

/// The latency in the middle.
struct WindowLatenciesTests {
    @Test(arguments: [20_000, 150_000, 1_000_000, 3_700_000, 48_000_000, 900_000_000, 9_000_000_000] as [Int64])
    func `the middle of equal ones is told to a fifth`(nanoseconds: Int64) throws {
        var window = WindowLatencies()
        for _ in 0..<101 { window.add(nanoseconds: nanoseconds) }
        let median = try #require(window.median)
        #expect(abs(median / Double(nanoseconds) - 1) < 0.2)
    }

    @Test func `a few that take long don't move it`() throws {
        var window = WindowLatencies()
        for _ in 0..<90 { window.add(nanoseconds: 2_000_000) }
        for _ in 0..<10 { window.add(nanoseconds: 8_000_000_000) }
        #expect(try #require(window.median) < 2_600_000)
    }

    @Test func `what can't be is taken for the least or the most`() throws {
        var window = WindowLatencies()
        window.add(nanoseconds: -5)
        window.add(nanoseconds: .max)
        #expect(window.count == 2)
        #expect(try #require(window.median) > 0)
    }

    @Test func `an empty one has none, also after it was emptied`() {
        var window = WindowLatencies()
        #expect(window.median == nil)
        window.add(nanoseconds: 1_000_000)
        window.clear()
        #expect(window.median == nil)
        #expect(window.count == 0)
    }
}
