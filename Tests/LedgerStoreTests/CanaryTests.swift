import LedgerStore
import Proof
import TestSupport
import Testing
import Ticketing
import Wire

/// A performance whose map is a clock.
@Suite struct CanaryTests {
    private func move(_ door: PerformanceDoor, every milliseconds: Int32) async throws -> CanaryBatch.Outcome {
        try await door.submit(milliseconds, to: CanaryBatch.self, in: SeatCanary.performanceID)
    }

    @Test func `it is made once, whoever asks, and nobody finds it in the catalogue`() async throws {
        try await TestLedger.with { ledger in
            let door = PerformanceDoor(pool: ledger.pool)
            #expect(try await move(door, every: 60_000) == .notThere)
            let store = CanaryStore(pool: ledger.pool)
            async let first: Void = store.make()
            async let second: Void = store.make()
            _ = try await (first, second)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM canary") == 1)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM seat") == SeatCanary.seatCount)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM event WHERE is_listed") == 0)
        }
    }

    @Test func `its map tells when it was changed, once in an interval`() async throws {
        try await TestLedger.with { ledger in
            try await CanaryStore(pool: ledger.pool).make()
            let door = PerformanceDoor(pool: ledger.pool)
            guard case .due(60_000) = try await move(door, every: 60_000) else {
                Issue.record("it did not move")
                return
            }
            let states = SeatStateStore(pool: ledger.pool)
            let map = try #require(try await states.map(of: SeatCanary.performanceID))
            #expect(map.position.sequence == 1)
            let changedAt = try await ledger.execute(
                count: "SELECT (extract(epoch FROM changed_at) * 1000)::bigint FROM canary")
            #expect(SeatCanary.instant(of: map.states)?.unixMicroseconds == Int64(changedAt) * 1_000)
            guard case .due(let left) = try await move(door, every: 60_000) else {
                Issue.record("it is not there")
                return
            }
            #expect((1...60_000).contains(left))
            #expect(try await states.map(of: SeatCanary.performanceID)?.position.sequence == 1)
        }
    }

    @Test func `its history is bounded, and what is left of it is proved like every other`() async throws {
        try await TestLedger.with { ledger in
            try await CanaryStore(pool: ledger.pool).make()
            let door = PerformanceDoor(pool: ledger.pool)
            // An interval of a millisecond is the least: within one the map would not change.
            while try await ledger.execute(count: "SELECT sequence FROM performance") < 1_150 {
                for _ in 0..<100 { _ = try await move(door, every: 1) }
            }
            let kept = try await ledger.execute(count: "SELECT count(*) FROM seat_change")
            #expect((1_000...1_100).contains(kept))
            let store = AuditStore(pool: ledger.pool)
            try await store.withSnapshot(deadline: .now + .seconds(60)) { snapshot in
                for check in AuditCheck.allCases {
                    #expect(try await store.findings(of: check, on: snapshot, limit: 10) == [])
                }
                let history = try #require(try await store.history(of: SeatCanary.performanceID, on: snapshot))
                let changes = try await store.changes(
                    of: SeatCanary.performanceID, after: 0, limit: 2_000, on: snapshot)
                #expect(changes.first?.link.sequence == history.prunedSequence + 1)
                let last = changes.reduce(history.beginning) { $1.link.hash(after: $0) }
                #expect(last == history.hash)
                #expect(changes.count == kept)
            }
        }
    }
}
