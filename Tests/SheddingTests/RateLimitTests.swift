import Testing

@testable import Shedding

/// So many for each key, in a table that never grows.
struct RateLimitTests {
    private static let second: Int64 = 1_000_000_000

    private func limit(_ perSecond: Double, _ burst: Int, cells: Int = 65_536) -> RateLimit {
        RateLimit(RateLimit.Rate(perSecond: perSecond, burst: burst), cells: cells)
    }

    private func granted(_ limit: inout RateLimit, _ key: UInt64, at now: Int64, tries: Int = 1_000) -> Int {
        (0..<tries).count { _ in limit.take(key, at: now) == 0 }
    }

    @Test func `a key has its burst at once, and its rate in the long run`() {
        var limit = limit(10, 20)
        #expect(granted(&limit, 1, at: 0) == 20)
        #expect(granted(&limit, 1, at: Self.second) == 10)
        #expect(granted(&limit, 1, at: 2 * Self.second) == 10)
        #expect(granted(&limit, 1, at: 100 * Self.second) == 20)
    }

    @Test func `who is refused learns when to come, and loses nothing by asking`() {
        var limit = limit(0.5, 1)
        #expect(limit.take(1, at: 0) == 0)
        for _ in 0..<100 { #expect(limit.take(1, at: Self.second) == Self.second) }
        #expect(limit.take(1, at: 2 * Self.second) == 0)
    }

    @Test func `keys have nothing to do with each other`() {
        var limit = limit(1, 5)
        #expect(granted(&limit, 0x0000_0001_0000_0001, at: 0) == 5)
        #expect(granted(&limit, 0x0000_0002_0000_0002, at: 0) == 5)
    }

    @Test func `a busy stranger in one of the two cells is in nobody's way`() {
        var limit = limit(1, 5)
        #expect(granted(&limit, 0x0000_0001_0000_0001, at: 0) == 5)
        #expect(granted(&limit, 0x0000_0002_0000_0001, at: 0) == 5)
        #expect(granted(&limit, 0x0000_0001_0000_0003, at: 0) == 5)
    }

    @Test func `a hundred thousand strangers leave an honest one its turns`() {
        var limit = limit(1, 10)
        var chance = Chance(seed: 3)
        for _ in 0..<100_000 { _ = limit.take(chance.next(), at: 0) }
        #expect((0..<100).allSatisfy { _ in granted(&limit, chance.next(), at: 0, tries: 20) >= 4 })
    }

    @Test func `a limiter of nothing is none`() {
        #expect(RateLimiter("test", perSecond: 0, burst: 10) == nil)
    }

    @Test func `a limiter tells whole seconds`() throws {
        let limiter = try #require(RateLimiter("test", perSecond: 0.1, burst: 1))
        let now = ContinuousClock.now
        #expect(limiter.take("a", at: now) == nil)
        #expect(limiter.take("a", at: now) == 10)
        #expect(limiter.take("a", at: now + .milliseconds(9_500)) == 1)
        #expect(limiter.take("b", at: now) == nil)
        #expect(limiter.take("a", at: now + .seconds(10)) == nil)
    }
}
