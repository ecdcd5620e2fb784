import LedgerStore
import TestSupport
import Testing
import Ticketing

/// Items that are asked for together: each has its own outcome, in its own place.
@Suite struct DoorGroupTests {
    @Test func `outcomes come in the items' order, whatever became of each`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([1, 2])
            let items = [mine, wish([2]), wish([30_000]), mine, wish([5])]
            let outcomes = await door.hold(items.map { ($0, nil) }, in: performance)
            let told = try outcomes.map { try $0.get() }
            #expect(told[0].madeHold?.seatIndexes == [1, 2])
            #expect(told[1] == .seatsTaken([2]))
            #expect(told[2] == .unknownSeats([30_000]))
            #expect(told[3] == .replayed(try #require(told[0].madeHold)))
            #expect(told[4].madeHold?.seatIndexes == [5])
            #expect(await door.hold([(item: HoldItem, deadline: ContinuousClock.Instant?)](), in: performance).isEmpty)
        }
    }

    @Test func `who has no time left, and who finds no room, fails alone`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            var settings = DoorSettings()
            settings.queueLengthMax = 2
            let door = PerformanceDoor(pool: ledger.pool, settings: settings)
            let outcomes = await door.hold(
                [(wish([1]), nil), (wish([2]), .now), (wish([3]), nil)], in: performance)
            #expect(try outcomes[0].get().madeHold?.seatIndexes == [1])
            guard case .failure(.deadlineExceeded) = outcomes[1], case .failure(.overloaded) = outcomes[2] else {
                Issue.record("\(outcomes)")
                return
            }
        }
    }
}
