import Testing

@testable import Shedding

/// Whether more come than go.
struct QueueGrowthTests {
    private static let millisecond: Int64 = 1_000_000

    /// A queue of some milliseconds, in each of which so many come and go.
    private func growth(_ milliseconds: Range<Int>, came: (Int) -> Int, went: (Int) -> Int) -> QueueGrowth {
        var growth = QueueGrowth()
        growth.queueBegan(at: Int64(milliseconds.lowerBound) * Self.millisecond)
        for millisecond in milliseconds {
            let now = Int64(millisecond) * Self.millisecond
            for _ in 0..<came(millisecond) { growth.came(at: now) }
            for _ in 0..<went(millisecond) { growth.went(at: now) }
        }
        return growth
    }

    @Test func `when more come than go for some hundredths of a second, it grows`() {
        #expect(!growth(0..<110, came: { _ in 5 }, went: { _ in 2 }).isGrowing)
        let grown = growth(0..<130, came: { _ in 5 }, went: { _ in 2 })
        #expect(grown.isGrowing)
        #expect(grown.cameForEach == 2.5)
    }

    @Test func `it grows where they go by dozens, when a batch ends`() {
        #expect(growth(0..<200, came: { _ in 5 }, went: { $0 % 40 == 39 ? 80 : 0 }).isGrowing)
    }

    @Test func `a crowd that came at once does not grow, and neither does a queue that is served as fast as it comes`()
    {
        let crowd = growth(0..<200, came: { $0 < 30 ? 20 : 1 }, went: { _ in 2 })
        #expect(!crowd.isGrowing)
        #expect(crowd.cameForEach == 1)
        #expect(!growth(0..<200, came: { _ in 2 }, went: { _ in 2 }).isGrowing)
    }

    @Test func `a stall is no overload, and a queue that ended begins anew`() {
        #expect(!growth(0..<200, came: { _ in 5 }, went: { _ in 0 }).isGrowing)
        var grown = growth(0..<200, came: { _ in 5 }, went: { _ in 2 })
        grown.queueEnded()
        #expect(!grown.isGrowing)
    }
}
