import Testing

@testable import ActorTransport

/// How many calls may be repeated.
struct RetryBudgetTests {
    private let start = ContinuousClock.now

    private func taken(from budget: inout RetryBudget, at now: ContinuousClock.Instant, tries: Int = 10_000) -> Int {
        (0..<tries).count { _ in budget.takeRetry(at: now) }
    }

    @Test func `a fifth of the calls and a few each second may be repeated`() {
        var budget = RetryBudget(share: 0.2, perSecondMin: 1, at: start)
        for _ in 0..<1_000 { budget.callBegan(at: start) }
        #expect(taken(from: &budget, at: start) == 200 + RetryBudget.windowSeconds)
    }

    @Test func `without calls there are the few`() {
        var budget = RetryBudget(share: 0.2, perSecondMin: 3, at: start)
        #expect(taken(from: &budget, at: start + .seconds(100)) == 3 * RetryBudget.windowSeconds)
    }

    @Test func `calls and retries are forgotten when the window is past`() {
        var budget = RetryBudget(share: 0.5, perSecondMin: 0, at: start)
        for _ in 0..<100 { budget.callBegan(at: start) }
        #expect(taken(from: &budget, at: start + .seconds(RetryBudget.windowSeconds - 1)) == 50)
        #expect(taken(from: &budget, at: start + .seconds(RetryBudget.windowSeconds)) == 0)
        for _ in 0..<10 { budget.callBegan(at: start + .seconds(1_000_000)) }
        #expect(taken(from: &budget, at: start + .seconds(1_000_000)) == 5)
    }

    @Test func `over a long time retries stay at their share, second by second`() {
        var budget = RetryBudget(share: 0.2, perSecondMin: 0, at: start)
        var retries = 0
        for second in 0..<100 {
            for _ in 0..<100 {
                budget.callBegan(at: start + .seconds(second))
                if budget.takeRetry(at: start + .seconds(second)) { retries += 1 }
            }
        }
        #expect((1_900...2_000).contains(retries))
    }

    @Test func `a clock that is asked late or twice does no harm`() {
        var budget = RetryBudget(share: 1, perSecondMin: 0, at: start)
        budget.callBegan(at: start + .seconds(5))
        budget.callBegan(at: start + .seconds(4))
        budget.callBegan(at: start - .seconds(4))
        #expect(taken(from: &budget, at: start + .seconds(5)) == 3)
    }
}
