import Testing

@testable import Shedding

/// When who is refused should come again.
struct RetryPauseTests {
    private static let second: Int64 = 1_000_000_000

    private func pauses(_ pause: inout RetryPause, taken: Int, refused: Int, at now: Int64) -> Set<Int> {
        for _ in 0..<taken { pause.requestTaken(at: now) }
        return Set((0..<refused).map { _ in pause.requestRefused(at: now) })
    }

    @Test func `a few come again soon, and not at once`() {
        var pause = RetryPause(seed: 1)
        #expect(pauses(&pause, taken: 1_000, refused: 100, at: Self.second) == [1, 2])
    }

    @Test func `the more are refused for each that is taken, the longer they are spread`() throws {
        var pause = RetryPause(seed: 1)
        _ = pauses(&pause, taken: 100, refused: 1_000, at: Self.second)
        let spread = pauses(&pause, taken: 100, refused: 1_000, at: 2 * Self.second)
        #expect(spread.min() == 1)
        #expect((10...12).contains(try #require(spread.max())))
    }

    @Test func `nobody is told more than the most`() {
        var pause = RetryPause(seed: 1)
        for second in 1..<10 {
            let told = pauses(&pause, taken: 0, refused: 10_000, at: Int64(second) * Self.second)
            #expect(told.isSubset(of: Set(1...RetryPause.secondsMax)))
        }
    }

    @Test func `what is over is forgotten`() {
        var pause = RetryPause(seed: 1)
        _ = pauses(&pause, taken: 1, refused: 10_000, at: Self.second)
        #expect(pauses(&pause, taken: 1_000, refused: 100, at: 10 * Self.second) == [1, 2])
    }
}
