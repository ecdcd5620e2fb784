import LedgerStore
import Synchronization
import TestSupport
import Testing
import Ticketing

@Suite struct RivalTests {
    @Test func `five hundred customers for one seat: one has it`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let outcomes = try await ledger.withSecondPool { pool in
                let doors = [PerformanceDoor(pool: ledger.pool), PerformanceDoor(pool: pool)]
                return try await ledger.together(500) { number in
                    try await doors[number % 2].hold(wish([30]), in: performance)
                }
            }
            #expect(outcomes.count { $0.madeHold != nil } == 1)
            #expect(outcomes.count { $0 == .seatsTaken([30]) } == 499)
        }
    }

    @Test func `crossing sets of four leave no half hold and no deadlock`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 40 }
            let other = try await ledger.makePerformance { $0.seatCount = 40 }
            let doors = try await ledger.withSecondPool { pool in
                let doors = [PerformanceDoor(pool: ledger.pool), PerformanceDoor(pool: pool)]
                let held = Mutex(0)
                _ = try await ledger.together(400) { number in
                    var random = SystemRandomNumberGenerator()
                    let seats = Array((0..<SeatIndex(40)).shuffled(using: &random).prefix(4))
                    let mine = wish(seats)
                    let sale = number % 3 == 0 ? other : performance
                    let outcome = try await doors[number % 2].hold(mine, in: sale)
                    guard outcome.madeHold != nil else { return }
                    held.withLock { $0 += 1 }
                    if number % 2 == 0 {
                        _ = try await doors[(number + 1) % 2].release(mine.holdID, of: mine.customerID, in: sale)
                    }
                }
                return held.withLock { $0 }
            }
            #expect(doors > 10)
            let halves = """
                SELECT count(*) FROM hold h WHERE h.state = 'active' AND cardinality(h.seat_indexes) <>
                    (SELECT count(*) FROM seat s WHERE s.performance_id = h.performance_id AND s.hold_id = h.hold_id)
                """
            #expect(try await ledger.execute(count: halves) == 0)
            let orphans = """
                SELECT count(*) FROM seat s WHERE s.state = 1 AND NOT EXISTS
                    (SELECT FROM hold h WHERE h.hold_id = s.hold_id AND s.seat_index = ANY (h.seat_indexes)
                        AND h.performance_id = s.performance_id AND h.state = 'active')
                """
            #expect(try await ledger.execute(count: orphans) == 0)
            #expect(!ledger.cluster.server.log.contains("deadlock detected"))
        }
    }

    @Test func `a customer on two processes never has more than the limit`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance {
                $0.seatCount = 200
                $0.seatsPerCustomerMax = 4
            }
            let customers = (0..<5).map { _ in newID(Entity.Customer.self) }
            try await ledger.withSecondPool { pool in
                let doors = [PerformanceDoor(pool: ledger.pool), PerformanceDoor(pool: pool)]
                _ = try await ledger.together(100) { number in
                    let seats = [SeatIndex(number * 2), SeatIndex(number * 2 + 1)]
                    return try await doors[number % 2].hold(
                        wish(seats, customer: customers[number % 5]), in: performance)
                }
            }
            let most = """
                SELECT string_agg(seats::text, ',') FROM (SELECT count(*) AS seats FROM seat s
                    JOIN hold h ON h.hold_id = s.hold_id GROUP BY h.customer_id) x
                """
            #expect(try await ledger.execute(most) == "4,4,4,4,4")
        }
    }
}
