import LedgerStore
import Testing
import Ticketing

/// Who holds seats and lets them lapse waits, longer each time; who does so once does not.
@Suite struct CoolDownTests {
    /// Two seats for a customer, holds of 100 s: a round is 200 seat-seconds.
    private func makeSale(_ ledger: TestLedger, limit: Int = 3_600) async throws -> PerformanceID {
        let performance = try await ledger.makePerformance {
            $0.seatsPerCustomerMax = 2
            $0.holdSeconds = 100
        }
        try await ledger.execute("UPDATE performance SET cool_down_seconds_max = \(limit)")
        return performance
    }

    private func hold(
        _ ledger: TestLedger, _ seats: [SeatIndex], _ customer: CustomerID, in performance: PerformanceID
    ) async throws -> HoldOutcome {
        try await PerformanceDoor(pool: ledger.pool).hold(wish(seats, customer: customer), in: performance)
    }

    /// Holds, and lets the whole time pass.
    private func lapse(
        _ ledger: TestLedger, _ seats: [SeatIndex], _ customer: CustomerID, in performance: PerformanceID
    ) async throws {
        let mine = wish(seats, customer: customer)
        let door = PerformanceDoor(pool: ledger.pool)
        #expect(try await door.hold(mine, in: performance).madeHold != nil)
        try await ledger.letTimePass(100, of: mine.holdID)
        #expect(try await door.expire(mine.holdID, in: performance) == .expired)
    }

    @Test func `the first round costs nothing, the second two holds' time, the third thirty-two`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            try await lapse(ledger, [0, 1], customer, in: performance)
            try await lapse(ledger, [0, 1], customer, in: performance)
            try await expectWait(200, ledger, customer, performance)
            try await ledger.letCoolDownPass(performance)
            try await lapse(ledger, [0, 1], customer, in: performance)
            try await expectWait(3_200, ledger, customer, performance)
        }
    }

    @Test func `the more seats were kept for nothing, the longer the wait`() async throws {
        try await TestLedger.with { ledger in
            // Of holds of 100 s: the limit, the seats that were kept for a hold's time, and the wait.
            let cases: [(limit: Int, seatsKept: Double, seconds: Int)] = [
                (4, 4, 0), (4, 4.2, 5), (4, 6, 100), (4, 8, 1_600), (6, 8, 67), (6, 12, 51_200), (20, 20.5, 3),
                (100, 100, 0), (100, 200, 86_400),
            ]
            let performance = try await makeSale(ledger, limit: 86_400)
            for (limit, seatsKept, seconds) in cases {
                let found = try await ledger.execute(
                    """
                    UPDATE performance SET seats_per_customer_max = \(limit);
                    SELECT round(cool_down_seconds(f, \(seatsKept * 100))) FROM performance f
                    WHERE f.performance_id = '\(performance)'
                    """)
                #expect(found.split(separator: "\n").last.map(String.init) == "\(seconds)", "\(limit), \(seatsKept)")
            }
        }
    }

    @Test func `who comes back before a batch ended what lapsed is not quicker than the rule`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            for _ in 0..<2 {
                let mine = wish([0, 1], customer: customer)
                #expect(try await door.hold(mine, in: performance).madeHold != nil)
                try await ledger.letTimePass(100, of: mine.holdID)
            }
            #expect(try await ledger.execute(count: "SELECT count(*) FROM hold_lapse") == 0)
            try await expectWait(200, ledger, customer, performance)
            guard case .coolingDown = try await door.hold(choice(of: 1, customer: customer), in: performance) else {
                Issue.record("whoever lets us choose is quicker")
                return
            }
            #expect(try await hold(ledger, [0, 1], newID(Entity.Customer.self), in: performance).madeHold != nil)
        }
    }

    @Test func `seats clicked one by one are not a round each`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            try await lapse(ledger, [0], customer, in: performance)
            try await lapse(ledger, [1], customer, in: performance)
            #expect(try await hold(ledger, [2], customer, in: performance).madeHold != nil)
        }
    }

    @Test func `giving seats back early costs little, giving them back late as much as letting them lapse`()
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let door = PerformanceDoor(pool: ledger.pool)
            let (quick, late) = (newID(Entity.Customer.self), newID(Entity.Customer.self))
            for _ in 0..<10 {
                let mine = wish([0, 1], customer: quick)
                #expect(try await door.hold(mine, in: performance).madeHold != nil)
                #expect(try await door.release(mine.holdID, of: quick, in: performance) == .released)
            }
            for _ in 0..<2 {
                let mine = wish([2, 3], customer: late)
                #expect(try await door.hold(mine, in: performance).madeHold != nil)
                try await ledger.letTimePass(99, of: mine.holdID)
                #expect(try await door.release(mine.holdID, of: late, in: performance) == .released)
            }
            #expect(try await hold(ledger, [0, 1], quick, in: performance).madeHold != nil)
            guard case .coolingDown = try await hold(ledger, [2], late, in: performance) else {
                Issue.record("a late release costs nothing")
                return
            }
        }
    }

    @Test func `the wait has an end that the organizer sets, and 0 is none`() async throws {
        try await TestLedger.with { ledger in
            let bounded = try await makeSale(ledger, limit: 30)
            let customer = newID(Entity.Customer.self)
            for _ in 0..<6 {
                try await ledger.letCoolDownPass(bounded)
                try await lapse(ledger, [0, 1], customer, in: bounded)
            }
            try await expectWait(30, ledger, customer, bounded)
            try await ledger.execute("UPDATE performance SET cool_down_seconds_max = 0")
            #expect(try await hold(ledger, [0], customer, in: bounded).madeHold != nil)
        }
    }

    @Test func `who cools down still gets the answer of a key that was used, and so does whoever lets us choose`()
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let first = try await door.hold(wish([5], customer: customer, key: "k"), in: performance)
            try await lapse(ledger, [0], customer, in: performance)
            try await ledger.execute(
                "UPDATE hold_lapse SET cooling_until = clock_timestamp() + interval '60 seconds'")
            let made = try #require(first.madeHold)
            let again = try await door.hold(wish([5], customer: customer, key: "k"), in: performance)
            #expect(again == .replayed(made))
            let outcome = try await door.hold(choice(of: 1, customer: customer), in: performance)
            guard case .coolingDown(let seconds) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect((1...60).contains(seconds))
            #expect(try await door.hold(choice(of: 1), in: performance).madeHold != nil, "others don't wait")
        }
    }

    @Test func `time that a declined payment gave is not counted`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([0, 1], customer: customer)
            #expect(try await door.hold(mine, in: performance).madeHold != nil)
            try await ledger.letTimePass(500, of: mine.holdID)
            try await ledger.execute(
                "UPDATE hold SET extended_until = clock_timestamp() WHERE hold_id = '\(mine.holdID)'")
            #expect(try await door.expire(mine.holdID, in: performance) == .expired)
            #expect(try await ledger.execute("SELECT round(seat_seconds) FROM hold_lapse") == "200")
        }
    }

    @Test func `an offer that lapses unread costs no more than a hold, and nothing by itself`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let offer = wish([0, 1], customer: customer)
            #expect(try await door.hold(offer, in: performance).madeHold != nil)
            // Offers last as long as the organizer says: this one for a day.
            try await ledger.execute(
                """
                UPDATE hold SET created_at = created_at - interval '1 day', expires_at = clock_timestamp();
                UPDATE seat SET held_until = clock_timestamp() WHERE state = 1
                """)
            #expect(try await door.expire(offer.holdID, in: performance) == .expired)
            #expect(try await ledger.execute("SELECT round(seat_seconds) FROM hold_lapse") == "200")
            #expect(try await hold(ledger, [0, 1], customer, in: performance).madeHold != nil)
        }
    }

    @Test func `a hold that ends before its time began costs nothing`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger)
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([0, 1])
            #expect(try await door.hold(mine, in: performance).madeHold != nil)
            // The clock of another server that took over may be behind.
            try await ledger.letTimePass(-50, of: mine.holdID)
            #expect(try await door.release(mine.holdID, of: mine.customerID, in: performance) == .released)
            #expect(try await ledger.execute("SELECT seat_seconds FROM hold_lapse") == "0")
        }
    }

    /// The small game of hoarders, at its worst: no buyer ever takes what they let go. Nobody waits; what is written is moved.
    @Test func `bots that hold to the limit and let lapse keep little of the seats' time`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await makeSale(ledger, limit: 7_200)
            let door = PerformanceDoor(pool: ledger.pool)
            let bots = (0..<10).map { _ in newID(Entity.Customer.self) }
            let (rounds, seatCount) = (40, 60)
            var heldRounds = 0
            for _ in 0..<rounds {
                var held: [HoldItem] = []
                for (number, bot) in bots.enumerated() {
                    let item = wish([SeatIndex(2 * number), SeatIndex(2 * number + 1)], customer: bot)
                    if try await door.hold(item, in: performance).madeHold != nil { held.append(item) }
                }
                heldRounds += held.count
                try await ledger.execute(
                    "UPDATE hold_lapse SET cooling_until = cooling_until - interval '100 seconds'")
                for item in held {
                    try await ledger.letTimePass(100, of: item.holdID)
                    #expect(try await door.expire(item.holdID, in: performance) == .expired)
                }
            }
            let share = Double(heldRounds * 2) / Double(rounds * seatCount)
            print("bots had \(heldRounds * 2) of \(rounds * seatCount) seats' rounds, a share of \(share)")
            #expect(share <= 0.035)
            #expect(heldRounds >= bots.count, "the first round is free")
        }
    }

    private func expectWait(
        _ seconds: Int, _ ledger: TestLedger, _ customer: CustomerID, _ performance: PerformanceID
    ) async throws {
        let outcome = try await hold(ledger, [9], customer, in: performance)
        guard case .coolingDown(let left) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        // The wait began when the hold was ended, a moment ago.
        #expect((seconds - 30...seconds).contains(left))
    }
}

extension TestLedger {
    /// Moves a hold and its seats back in time.
    func letTimePass(_ seconds: Int, of hold: HoldID) async throws {
        try await execute(
            """
            UPDATE hold SET created_at = created_at - interval '\(seconds) seconds',
                expires_at = expires_at - interval '\(seconds) seconds' WHERE hold_id = '\(hold)';
            UPDATE seat SET held_until = held_until - interval '\(seconds) seconds' WHERE hold_id = '\(hold)'
            """)
    }

    /// Moves the end of everybody's wait to now.
    func letCoolDownPass(_ performance: PerformanceID) async throws {
        try await execute(
            "UPDATE hold_lapse SET cooling_until = clock_timestamp() WHERE performance_id = '\(performance)'")
    }
}
