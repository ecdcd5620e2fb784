import LedgerStore
import Testing
import Ticketing

@Suite struct HoldBatchTests {
    @Test func `a group that lost one seat gets none, and the next may have what it did not`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            async let first = door.hold(wish([1, 2]), in: performance)
            async let second = door.hold(wish([2, 3]), in: performance)
            async let third = door.hold(wish([3, 4]), in: performance)
            let outcomes = try await [first, second, third]
            // The three may arrive in any order; whatever it is, a group is whole.
            let held = outcomes.compactMap(\.madeHold)
            let states = try await ledger.states(performance)
            #expect(states.filter { $0 == 1 }.count == held.reduce(0) { $0 + $1.seatIndexes.count })
            #expect(held.count == 2 || (held.count == 1 && held[0].seatIndexes == [2, 3]))
        }
    }

    @Test func `in one batch the first who came wins`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let wishes = [wish([1, 2]), wish([2, 3]), wish([3, 4])]
            let outcomes = try await ledger.runBatch(of: wishes, in: performance)
            #expect(outcomes[0].madeHold?.seatIndexes == [1, 2])
            #expect(outcomes[1] == .seatsTaken([2]))
            #expect(outcomes[2].madeHold?.seatIndexes == [3, 4])
            #expect(try await ledger.states(performance).prefix(6) == [0, 1, 1, 1, 1, 0])
            #expect(try await ledger.execute(count: "SELECT count(*) FROM seat_change") == 1)
            #expect(try await ledger.execute("SELECT changes FROM seat_change") == "{5,9,13,17}")
        }
    }

    @Test func `a hold says its seats, its deadline and what it costs`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.holdSeconds = 90 }
            let door = PerformanceDoor(pool: ledger.pool)
            let outcome = try await door.hold(wish([5, 0, 1]), in: performance)
            let hold = try #require(outcome.madeHold)
            #expect(hold.seatIndexes == [0, 1, 5])
            #expect(hold.createdAt.seconds(until: hold.expiresAt) == 90)
            #expect(hold.subtotal == Money(amountMinor: 1000 + 2000 + 3000, currency: "KRW"))
            #expect(hold.serviceFee == Money(amountMinor: 0 + 100 + 200, currency: "KRW"))
        }
    }

    @Test func `a replay is the first answer, with the first request's id`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let first = try await door.hold(
                wish([7, 8], customer: customer, key: "k", requestID: "first"), in: performance)
            let again = try await door.hold(
                wish([7, 8], customer: customer, key: "k", requestID: "second"), in: performance)
            let made = try #require(first.madeHold)
            #expect(again == .replayed(made))
            #expect(made.requestID == "first")
            // Also when the hold has ended, and by another process.
            _ = try await door.release(made.holdID, of: customer, in: performance)
            let later = try await ledger.withSecondPool { pool in
                try await PerformanceDoor(pool: pool).hold(
                    wish([7, 8], customer: customer, key: "k"), in: performance)
            }
            #expect(later == .replayed(made))
            #expect(try await ledger.execute(count: "SELECT count(*) FROM hold") == 1)
        }
    }

    @Test func `the same request twice in one batch is one hold`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let outcomes = try await ledger.together(20) { _ in
                try await door.hold(wish([9], customer: customer, key: "k"), in: performance)
            }
            #expect(outcomes.count { if case .held = $0 { true } else { false } } == 1)
            #expect(Set(outcomes.compactMap(\.madeHold)).count == 1)
            #expect(outcomes.compactMap(\.madeHold).count == 20)
        }
    }

    @Test func `a key belongs to one request`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let other = try await ledger.makePerformance()
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let first = try await door.hold(wish([1], customer: customer, key: "k"), in: performance)
            #expect(first.madeHold != nil)
            let otherBody = wish([2], customer: customer, key: "k", fingerprint: [2])
            #expect(try await door.hold(otherBody, in: performance) == .keyReused)
            let elsewhere = wish([1], customer: customer, key: "k")
            #expect(try await door.hold(elsewhere, in: other) == .keyReused)
            let anothers = try await door.hold(wish([3], key: "k"), in: performance)
            #expect(anothers.madeHold != nil)
        }
    }

    @Test func `a key of another route is reused`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let customer = newID(Entity.Customer.self)
            try await ledger.execute(
                "INSERT INTO idempotency (customer_id, key, fingerprint) VALUES ('\(customer)', 'k', '\\x01')")
            let door = PerformanceDoor(pool: ledger.pool)
            let outcome = try await door.hold(wish([1], customer: customer, key: "k"), in: performance)
            #expect(outcome == .keyReused)
        }
    }

    @Test func `one key with two bodies at once makes one hold`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let outcomes = try await ledger.together(10) { number in
                let seat = SeatIndex(number)
                return try await door.hold(
                    wish([seat], customer: customer, key: "k", fingerprint: [UInt8(number)]), in: performance)
            }
            #expect(outcomes.count { $0.madeHold != nil } == 1)
            #expect(outcomes.count { $0 == .keyReused } == 9)
        }
    }

    @Test func `one key on many performances at once makes one hold`() async throws {
        try await TestLedger.with { ledger in
            var performances: [PerformanceID] = []
            for _ in 0..<4 { performances.append(try await ledger.makePerformance()) }
            let all = performances
            let customers = (0..<8).map { _ in newID(Entity.Customer.self) }
            let outcomes = try await ledger.withSecondPool { pool in
                let doors = [PerformanceDoor(pool: ledger.pool), PerformanceDoor(pool: pool)]
                return try await ledger.together(64) { number in
                    let customer = customers[number % 8]
                    let outcome = try await doors[number % 2].hold(
                        wish([SeatIndex(number % 60)], customer: customer, key: "k", fingerprint: [UInt8(number)]),
                        in: all[number / 16])
                    return (customer, outcome)
                }
            }
            for customer in customers {
                let own = outcomes.filter { $0.0 == customer }.map(\.1)
                #expect(own.count { $0.madeHold != nil } == 1)
                #expect(own.count { $0 == .keyReused } == 7)
            }
        }
    }

    @Test func `refusals name what is at fault and write nothing`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            try await ledger.execute("UPDATE seat SET state = 3 WHERE seat_index IN (20, 21)")
            let door = PerformanceDoor(pool: ledger.pool)
            _ = try await door.hold(wish([10, 11]), in: performance)
            #expect(try await door.hold(wish([9, 10, 11]), in: performance) == .seatsTaken([10, 11]))
            #expect(try await door.hold(wish([10, 20]), in: performance) == .seatsTaken([10, 20]))
            #expect(try await door.hold(wish([19, 20, 21]), in: performance) == .seatsBlocked([20, 21]))
            #expect(try await door.hold(wish([10, 59, 60, 61]), in: performance) == .unknownSeats([60, 61]))
            let nowhere = newID(Entity.Performance.self)
            #expect(try await door.hold(wish([1]), in: nowhere) == .unknownPerformance)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM hold") == 1)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM seat_change") == 1)
        }
    }

    @Test func `a sale that is not open refuses`() async throws {
        try await TestLedger.with { ledger in
            let door = PerformanceDoor(pool: ledger.pool)
            let upcoming = try await ledger.makePerformance { $0.onSaleAfterSeconds = 60 }
            guard case .notOnSale(let opening) = try await door.hold(wish([1]), in: upcoming) else {
                Issue.record("it is not on sale")
                return
            }
            #expect(opening > Timestamp.now)
            let over = try await ledger.makePerformance { $0.endsAfterSeconds = -10 }
            #expect(try await door.hold(wish([1]), in: over) == .saleEnded)

            let open = try await ledger.makePerformance()
            let catalogue = CatalogueStore(pool: ledger.pool)
            for (state, outcome) in [
                (StoredSaleState.paused, HoldOutcome.salePaused), (.ended, .saleEnded),
            ] {
                #expect(try await catalogue.setSaleState(state, of: open))
                #expect(try await door.hold(wish([1]), in: open) == outcome)
            }
            #expect(try await catalogue.setSaleState(.open, of: open))
            #expect(try await door.hold(wish([1]), in: open).madeHold != nil)
            #expect(try await catalogue.setSaleState(.cancelled, of: open))
            #expect(try await door.hold(wish([2]), in: open) == .saleEnded)
            // Whoever was told that it does not take place is not told otherwise.
            #expect(try await !catalogue.setSaleState(.open, of: open))
            #expect(try await door.hold(wish([2]), in: open) == .saleEnded)
        }
    }

    @Test func `a customer may have so many seats and no more`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatsPerCustomerMax = 4 }
            let customer = newID(Entity.Customer.self)
            let wishes = [
                wish([0, 1, 2], customer: customer), wish([3, 4], customer: customer), wish([5], customer: customer),
                wish([6], customer: customer), wish([7]),
            ]
            let outcomes = try await ledger.runBatch(of: wishes, in: performance)
            #expect(outcomes.map { $0.madeHold?.seatIndexes } == [[0, 1, 2], nil, [5], nil, [7]])
            #expect(outcomes[1] == .seatLimitReached(seatsOwned: 3, seatsMax: 4))
            #expect(outcomes[3] == .seatLimitReached(seatsOwned: 4, seatsMax: 4))
            // What lapsed counts no longer; what was sold does.
            try await ledger.orderEachHold()
            try await ledger.execute(
                """
                UPDATE seat SET state = 2, held_until = NULL, order_id = gen_random_uuid() WHERE seat_index = 5;
                UPDATE hold SET state = 'completed' WHERE seat_indexes = '{5}'
                """)
            try await ledger.letHoldsLapse(performance)
            let later = try await ledger.runBatch(
                of: [wish([10, 11, 12, 13], customer: customer), wish([14, 15, 16], customer: customer)],
                in: performance)
            #expect(later[0] == .seatLimitReached(seatsOwned: 1, seatsMax: 4))
            #expect(later[1].madeHold != nil)
        }
    }

    @Test func `a hold that its payment gave more time counts against the limit`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatsPerCustomerMax = 2 }
            let customer = newID(Entity.Customer.self)
            _ = try await ledger.runBatch(
                of: [wish([1], customer: customer), wish([2], customer: customer)], in: performance)
            // As after an order that was given up: a hold may stand in two.
            for _ in 1...2 { try await ledger.orderEachHold() }
            try await ledger.letHoldsLapse(performance)
            try await ledger.execute(
                """
                UPDATE hold SET extended_until = clock_timestamp() + interval '1 minute' WHERE seat_indexes = '{1}';
                UPDATE seat SET held_until = clock_timestamp() + interval '1 minute' WHERE seat_index = 1
                """)
            let outcomes = try await ledger.runBatch(
                of: [wish([3, 4], customer: customer), wish([2], customer: customer)], in: performance)
            #expect(outcomes[0] == .seatLimitReached(seatsOwned: 1, seatsMax: 2))
            #expect(outcomes[1].madeHold != nil)
        }
    }

    @Test func `a hold past its deadline is free for the next`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let late = wish([1, 2])
            _ = try await door.hold(late, in: performance)
            try await ledger.letHoldsLapse(performance)
            let next = try await door.hold(wish([2, 3]), in: performance)
            #expect(next.madeHold != nil)
            // Its end frees what nobody took since.
            #expect(try await door.expire(late.holdID, in: performance) == .expired)
            #expect(try await ledger.states(performance).prefix(4) == [0, 0, 1, 1])
        }
    }
}
