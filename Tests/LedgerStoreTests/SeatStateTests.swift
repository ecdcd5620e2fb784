import Crypto
import LedgerStore
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@Suite struct SeatStateTests {
    @Test func `a snapshot and the deltas after it are the rows`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 41 }
            let readings = Mutex<[DoorReading]>([])
            let door = PerformanceDoor(pool: ledger.pool) { reading in readings.withLock { $0.append(reading) } }
            let store = SeatStateStore(pool: ledger.pool)
            let before = try #require(try await store.map(of: performance))
            #expect(before.states == PackedSeatStates(count: 41))
            #expect(before.position.sequence == 0)
            _ = try await ledger.together(30) { number in
                let mine = wish([SeatIndex(number), SeatIndex(number + 3)])
                let outcome = try await door.hold(mine, in: performance)
                if number % 3 == 0, outcome.madeHold != nil {
                    _ = try await door.release(mine.holdID, of: mine.customerID, in: performance)
                }
            }
            let after = try #require(try await store.map(of: performance))
            var states = before.states
            var position = before.position.sequence
            for delta in readings.withLock({ $0 }).compactMap(\.delta) {
                #expect(delta.afterSequence == position)
                #expect(delta.changes.map(\.seatIndex) == delta.changes.map(\.seatIndex).sorted())
                for change in delta.changes { states[Int(change.seatIndex)] = change.state }
                position = delta.sequence
            }
            #expect(position == after.position.sequence)
            #expect(states == after.states)
            let rows = try await ledger.states(performance)
            #expect((0..<41).map { Int(after.states[$0].rawValue) } == rows)
        }
    }

    @Test(arguments: [1_000, 0]) func `a gap is filled from the history or from the seats`(
        historyBatchesMax: Int64
    )
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            var store = SeatStateStore(pool: ledger.pool)
            store.historyBatchesMax = historyBatchesMax
            let first = wish([1, 2])
            for wish in [first, wish([5]), wish([3])] { _ = try await door.hold(wish, in: performance) }
            _ = try await door.release(first.holdID, of: first.customerID, in: performance)
            let reading = try #require(try await store.changes(of: performance, after: 1))
            #expect(reading.afterSequence == 1)
            #expect(reading.sequence == 4)
            #expect(
                reading.changes == [
                    SeatChange(seatIndex: 1, state: .available), SeatChange(seatIndex: 2, state: .available),
                    SeatChange(seatIndex: 3, state: .held), SeatChange(seatIndex: 5, state: .held),
                ])
            let none = try #require(try await store.changes(of: performance, after: 4))
            #expect(none.changes.isEmpty && none.delta == nil)
            #expect(try await store.changes(of: newID(Entity.Performance.self), after: 0) == nil)
            #expect(try await store.position(of: performance) == SeatsPosition(epoch: 1, sequence: 4))
            #expect(try await store.epoch() == 1)
        }
    }

    @Test func `the history is a chain that anybody can compute again`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            for seat in 0..<5 { _ = try await door.hold(wish([SeatIndex(seat)]), in: performance) }
            let history = try await ledger.execute(
                """
                SELECT sequence || ' ' || (extract(epoch FROM committed_at) * 1000000)::bigint || ' '
                    || array_to_string(changes, ',') || '|' || encode(chain_hash, 'hex')
                FROM seat_change WHERE performance_id = '\(performance)' ORDER BY sequence
                """)
            let id = withUnsafeBytes(of: (performance.high.bigEndian, performance.low.bigEndian)) { Array($0) }
            var link = Array(SHA256.hash(data: id))
            for line in history.split(separator: "\n") {
                let parts = line.split(separator: "|")
                link = Array(SHA256.hash(data: link + Array(parts[0].utf8)))
                #expect(link.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == parts[1])
            }
        }
    }

    @Test func `seats are updated without touching an index`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 300 }
            let door = PerformanceDoor(pool: ledger.pool)
            for round in 0..<5 {
                let wishes = (0..<60).map { wish([SeatIndex($0 * 5 + round)]) }
                for outcome in try await ledger.runBatch(of: wishes, in: performance) {
                    #expect(outcome.madeHold != nil)
                }
                for mine in wishes { _ = try await door.release(mine.holdID, of: mine.customerID, in: performance) }
            }
            let statistics = """
                SELECT coalesce(sum(n_tup_upd), 0) || ' ' || coalesce(sum(n_tup_upd - n_tup_hot_upd), 0)
                FROM pg_stat_user_tables WHERE relname ~ '^seat_([0-9_]+|default)$'
                """
            // Sessions report what they did a while after it.
            try await eventually("six hundred updates are reported") {
                Int(try await ledger.execute(statistics).split(separator: " ").first ?? "") ?? 0 >= 600
            }
            #expect(try await ledger.execute(statistics).split(separator: " ").last == "0")
        }
    }
}
