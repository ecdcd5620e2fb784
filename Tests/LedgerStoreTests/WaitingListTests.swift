import LedgerStore
import Postgres
import Testing
import Ticketing
import Wire

/// What comes back is offered to those who wait before it is free for all, and nobody's hold keeps it for long.
@Suite struct WaitingListTests {
    private struct Scene {
        let ledger: TestLedger
        let performance: PerformanceID
        let door: PerformanceDoor
        let lists: WaitingListStore

        func join(_ quantity: Int, level: String? = nil, customer: CustomerID) async throws -> WaitingListStore.Joining
        {
            try await lists.join(
                WaitingListCommand(
                    place: place(customer), wish: WaitingListRequest(priceLevelId: level, quantity: quantity)),
                as: newID(Entity.WaitingListEntry.self))
        }

        func entry(_ customer: CustomerID) async throws -> WaitingListEntryResource? {
            try await lists.entry(place(customer))
        }

        func place(_ customer: CustomerID) -> WaitingListQuestion {
            WaitingListQuestion(performanceId: performance, customerId: customer)
        }

        /// Neighbours are indexes side by side.
        func share(on other: PerformanceDoor? = nil) async throws -> Int {
            let item = WaitingListBatch.Item { wish, left in
                left.sorted().first { first in
                    (first..<(first + SeatIndex(wish.quantity))).allSatisfy {
                        left.contains($0) && wish.priceLevel ?? Int($0 % 3) == Int($0 % 3)
                    }
                }.map { first in Array(first..<(first + SeatIndex(wish.quantity))) }
            }
            return try await (other ?? door).submit(item, to: WaitingListBatch.self, in: performance)
        }

        /// Somebody holds seats; what gives them back.
        func hold(_ seats: [SeatIndex]) async throws -> HoldItem {
            let item = wish(seats)
            #expect(try await door.hold(item, in: performance).madeHold != nil)
            return item
        }

        func giveBack(_ item: HoldItem) async throws {
            #expect(try await door.release(item.holdID, of: item.customerID, in: performance) == .released)
        }

        func states(of seats: [SeatIndex]) async throws -> [Int] {
            let all = try await ledger.states(performance)
            return seats.map { all[Int($0)] }
        }
    }

    private func with(_ body: @Sendable (Scene) async throws -> Void) async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatsPerCustomerMax = 4 }
            try await ledger.execute("UPDATE performance SET waiting_list_offer_seconds = 120")
            try await body(
                Scene(
                    ledger: ledger, performance: performance, door: PerformanceDoor(pool: ledger.pool),
                    lists: WaitingListStore(pool: ledger.pool)))
        }
    }

    private func threeCustomers() -> (CustomerID, CustomerID, CustomerID) {
        (newID(Entity.Customer.self), newID(Entity.Customer.self), newID(Entity.Customer.self))
    }

    @Test func `seats that are given back are offered to the first who can use them`() async throws {
        try await with { scene in
            let (four, two, later) = threeCustomers()
            #expect(try await scene.join(4, customer: four) == .joined)
            #expect(try await scene.join(2, customer: two) == .joined)
            #expect(try await scene.join(2, customer: later) == .joined)
            let hold = try await scene.hold([3, 4])
            try await scene.giveBack(hold)
            #expect(try await scene.states(of: [3, 4]) == [1, 1], "held before and after: nobody sees them free")
            #expect(try await scene.lists.performancesToShare() == [scene.performance])

            #expect(try await scene.share() == 1)
            let offered = try #require(try await scene.entry(two))
            #expect(offered.state == .offered && offered.ahead == nil)
            let holdID = try #require(offered.holdId)
            let offer = try #require(try await HoldStore(pool: scene.ledger.pool).hold(holdID, of: two))
            #expect(offer.state == .active && offer.seatIndexes == [3, 4])
            #expect(offer.subtotal == Money(amountMinor: 1000 + 2000, currency: "KRW"))
            #expect(try await scene.entry(four)?.state == .waiting)
            #expect(try await scene.entry(later)?.ahead == 1)
            #expect(try await scene.lists.performancesToShare() == [])
            // In no moment a change was told.
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM seat_change") == 1)
            let told = try await scene.ledger.execute(
                "SELECT kind || ' ' || seat_count || ' ' || (subject_id = '\(offer.holdId)') FROM message")
            #expect(told == "seats_offered 2 true")
            // Before the letters of the last minute, which may wait for so long.
            let goes = try await scene.ledger.execute(
                """
                SELECT d.consumer || ' ' || (m.created_at - d.next_attempt_at)
                FROM delivery d JOIN message m ON m.position = d.position
                """)
            #expect(goes == "mail 00:01:00")
        }
    }

    @Test func `an offer that lapses goes to the next one, and in the end the seats are free for all`() async throws {
        try await with { scene in
            let customers = (0..<3).map { _ in newID(Entity.Customer.self) }
            for customer in customers { #expect(try await scene.join(2, customer: customer) == .joined) }
            let hold = try await scene.hold([6, 7])
            try await scene.giveBack(hold)
            for customer in customers {
                #expect(try await scene.share() == 1)
                let offer = try #require(try await scene.entry(customer)?.holdId)
                try await scene.ledger.letHoldsLapse(scene.performance)
                #expect(try await scene.entry(customer)?.state == .lapsed)
                #expect(try await scene.door.expire(offer, in: scene.performance) == .expired)
            }
            #expect(try await scene.states(of: [6, 7]) == [0, 0])
            #expect(try await scene.share() == 0)
            // Whoever wants may wait again, at the end.
            #expect(try await scene.join(2, customer: customers[0]) == .joined)
            #expect(try await scene.entry(customers[0])?.state == .waiting)
        }
    }

    @Test func `what nobody can use is free at once, and what nobody shares out when its time is over`() async throws {
        try await with { scene in
            #expect(try await scene.join(4, customer: newID(Entity.Customer.self)) == .joined)
            try await scene.giveBack(try await scene.hold([10, 11]))
            #expect(try await scene.states(of: [10, 11]) == [1, 1])
            #expect(try await scene.share() == 0)
            #expect(try await scene.states(of: [10, 11]) == [0, 0])

            try await scene.giveBack(try await scene.hold([10, 11]))
            let pool = try #require(
                HoldID(try await scene.ledger.execute("SELECT hold_id FROM waiting_list_pool")))
            try await scene.ledger.letHoldsLapse(scene.performance)
            #expect(try await scene.door.expire(pool, in: scene.performance) == .expired)
            #expect(try await scene.states(of: [10, 11]) == [0, 0])
            #expect(try await scene.share() == 0)
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM waiting_list_pool") == 0)
        }
    }

    @Test func `a price level is kept, and who may have no more seats is passed over`() async throws {
        try await with { scene in
            let (rich, full, plain) = threeCustomers()
            let owned = wish([20, 21, 22, 23], customer: full)
            #expect(try await scene.door.hold(owned, in: scene.performance).madeHold != nil)
            #expect(try await scene.join(1, level: "level-2", customer: rich) == .joined)
            #expect(try await scene.join(1, customer: full) == .joined)
            #expect(try await scene.join(1, customer: plain) == .joined)
            try await scene.giveBack(try await scene.hold([30]))
            #expect(try await scene.share() == 1)
            #expect(try await scene.entry(rich)?.state == .waiting)
            #expect(try await scene.entry(full)?.state == .waiting)
            #expect(try await scene.entry(plain)?.state == .offered)
            try await scene.giveBack(try await scene.hold([32]))
            #expect(try await scene.share() == 1)
            #expect(try await scene.entry(rich)?.state == .offered)
        }
    }

    @Test func `a hold past its deadline is nobody's to take while others wait`() async throws {
        try await with { scene in
            let waits = newID(Entity.Customer.self)
            #expect(try await scene.join(2, customer: waits) == .joined)
            let hold = try await scene.hold([40, 41])
            try await scene.ledger.letHoldsLapse(scene.performance)
            #expect(try await scene.door.hold(wish([40]), in: scene.performance) == .seatsTaken([40]))
            #expect(try await scene.door.expire(hold.holdID, in: scene.performance) == .expired)
            #expect(try await scene.share() == 1)
            #expect(try await scene.entry(waits)?.state == .offered)
        }
    }

    @Test func `two replicas share the same seats out once`() async throws {
        try await with { scene in
            let customers = (0..<20).map { _ in newID(Entity.Customer.self) }
            for customer in customers { #expect(try await scene.join(1, customer: customer) == .joined) }
            var holds: [HoldItem] = []
            for seat in 0..<10 { holds.append(try await scene.hold([SeatIndex(seat)])) }
            let given = holds
            try await scene.ledger.withSecondPool { pool in
                let other = PerformanceDoor(pool: pool)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, hold) in given.enumerated() {
                        group.addTask {
                            try await scene.giveBack(hold)
                            _ = try await scene.share(on: number % 2 == 0 ? other : nil)
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(
                try await scene.ledger.execute(
                    count: "SELECT count(*) FROM hold WHERE request_id = 'waiting-list' AND customer_id <> nobody()")
                    == 10)
            #expect(
                try await scene.ledger.execute(
                    count: """
                        SELECT count(*) FROM seat s JOIN waiting_list_entry e ON e.hold_id = s.hold_id
                        WHERE s.state = 1 AND e.state = 'offered'
                        """) == 10)
            // The first who came have them.
            for customer in customers.prefix(10) { #expect(try await scene.entry(customer)?.state == .offered) }
        }
    }

    @Test func `without a list, or in a sale that is over, seats are free at once`() async throws {
        try await with { scene in
            let waits = newID(Entity.Customer.self)
            #expect(try await scene.join(1, customer: waits) == .joined)
            let hold = try await scene.hold([5])
            try await scene.ledger.execute("UPDATE performance SET sale_state = 'ended'")
            try await scene.giveBack(hold)
            #expect(try await scene.states(of: [5]) == [0])
            #expect(try await scene.join(1, customer: newID(Entity.Customer.self)) == .saleEnded)
            try await scene.ledger.execute(
                "UPDATE performance SET sale_state = 'open', waiting_list_offer_seconds = NULL")
            #expect(try await scene.join(1, customer: newID(Entity.Customer.self)) == .noWaitingList)
            let again = try await scene.hold([5])
            try await scene.giveBack(again)
            #expect(try await scene.states(of: [5]) == [0])
        }
    }

    @Test func `whoever changes the wish begins at the end, however often in the same row`() async throws {
        try await with { scene in
            let (fickle, steady, _) = threeCustomers()
            #expect(try await scene.join(1, customer: fickle) == .joined)
            #expect(try await scene.join(1, customer: steady) == .joined)
            #expect(try await scene.entry(steady)?.ahead == 1)
            for quantity in [2, 1, 2, 1] { #expect(try await scene.join(quantity, customer: fickle) == .joined) }
            #expect(try await scene.entry(fickle)?.ahead == 1)
            #expect(try await scene.entry(steady)?.ahead == 0)
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM waiting_list_entry") == 2)
            // What was offered stays written down.
            try await scene.lists.leave(scene.place(steady))
            try await scene.giveBack(try await scene.hold([5]))
            #expect(try await scene.share() == 1)
            try await scene.ledger.letHoldsLapse(scene.performance)
            #expect(try await scene.join(1, customer: fickle) == .joined)
            #expect(try await scene.entry(fickle)?.state == .waiting)
            #expect(
                try await scene.ledger.execute(
                    count: "SELECT count(*) FROM waiting_list_entry WHERE state = 'ended' AND hold_id IS NOT NULL") == 1
            )
        }
    }

    @Test func `behind however many who may have no more seats the next one is asked`() async throws {
        try await with { scene in
            // More than one reading looks at.
            try await scene.ledger.execute(
                """
                INSERT INTO waiting_list_entry (entry_id, performance_id, customer_id, quantity)
                SELECT gen_random_uuid(), '\(scene.performance)', gen_random_uuid(), 1 FROM generate_series(1, 300);
                INSERT INTO hold_lapse (performance_id, customer_id, seat_seconds, cooling_until)
                SELECT performance_id, customer_id, 1, clock_timestamp() + interval '1 hour' FROM waiting_list_entry;
                UPDATE performance SET cool_down_seconds_max = 3600
                """)
            let (full, waits, _) = threeCustomers()
            let owned = wish([20, 21, 22, 23], customer: full)
            #expect(try await scene.door.hold(owned, in: scene.performance).madeHold != nil)
            #expect(try await scene.join(1, customer: full) == .joined)
            #expect(try await scene.join(1, customer: waits) == .joined)
            try await scene.giveBack(try await scene.hold([5]))
            #expect(try await scene.share() == 1)
            #expect(try await scene.entry(waits)?.state == .offered)
            #expect(try await scene.entry(full)?.state == .waiting)
            // A rule that is off keeps nobody from seats.
            try await scene.ledger.execute("UPDATE performance SET cool_down_seconds_max = 0")
            try await scene.giveBack(try await scene.hold([6]))
            #expect(try await scene.share() == 1)
            let first = try await scene.ledger.execute(
                count: """
                    SELECT count(*) FROM seat s JOIN waiting_list_entry e ON e.hold_id = s.hold_id
                    WHERE s.seat_index = 6 AND e.position = (SELECT min(position) FROM waiting_list_entry)
                    """)
            #expect(first == 1)
        }
    }

    @Test func `who changes or leaves the list at this moment is passed over, and the others are served`() async throws
    {
        try await with { scene in
            let (leaves, waits, late) = threeCustomers()
            for customer in [leaves, waits] { #expect(try await scene.join(1, customer: customer) == .joined) }
            try await scene.giveBack(try await scene.hold([5]))
            let leave = Statement(
                name: "leave",
                sql: "UPDATE waiting_list_entry SET state = 'ended' WHERE customer_id = $1 AND state <> 'ended'")
            try await scene.ledger.withSecondPool { pool in
                try await pool.transaction { transaction in
                    try await transaction.execute(leave, [leaves])
                    #expect(try await scene.share() == 1)
                }
            }
            #expect(try await scene.entry(leaves)?.state == .left)
            #expect(try await scene.entry(waits)?.state == .offered)
            // And whoever leaves while an offer is being written has left when it is over.
            #expect(try await scene.join(1, customer: late) == .joined)
            try await scene.giveBack(try await scene.hold([6]))
            async let shared = scene.share()
            async let left: Void = scene.lists.leave(scene.place(late))
            _ = try await (shared, left)
            #expect(try await scene.entry(late)?.state != .waiting)
        }
    }

    @Test func `a performance that is being cancelled offers nothing any more`() async throws {
        try await with { scene in
            #expect(try await scene.join(1, customer: newID(Entity.Customer.self)) == .joined)
            _ = try await scene.hold([5])
            let key = DoorItemKey(customerID: newID(Entity.Customer.self), key: "cancel", fingerprint: [1])
            let item = CancellationBeginBatch.Item(
                key: key, asker: .operator, reason: "rain", answer: { _ in try Answer("cancelled") })
            guard
                case .cancelled = try await scene.door.submit(
                    item, to: CancellationBeginBatch.self, in: scene.performance)
            else {
                Issue.record("it was not cancelled")
                return
            }
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM waiting_list_pool") == 0)
            #expect(try await scene.states(of: [5]) == [0])
        }
    }

    @Test func `a customer has one place, keeps it, and may leave it`() async throws {
        try await with { scene in
            let customer = newID(Entity.Customer.self)
            #expect(try await scene.entry(customer) == nil)
            let joined = try await scene.ledger.together(10) { _ in try await scene.join(2, customer: customer) }
            #expect(joined.allSatisfy { $0 == .joined })
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM waiting_list_entry") == 1)
            let first = try #require(try await scene.entry(customer))
            #expect(try await scene.join(2, customer: customer) == .joined)
            #expect(try await scene.entry(customer)?.entryId == first.entryId)
            #expect(try await scene.join(1, level: "level-1", customer: customer) == .joined)
            let second = try #require(try await scene.entry(customer))
            #expect(second.entryId == first.entryId && second.priceLevelId == "level-1" && second.quantity == 1)
            try await scene.lists.leave(scene.place(customer))
            try await scene.lists.leave(scene.place(customer))
            #expect(try await scene.entry(customer)?.state == .left)
            let again = try await scene.ledger.together(10) { _ in try await scene.join(2, customer: customer) }
            #expect(again.allSatisfy { $0 == .joined })
            #expect(try await scene.entry(customer)?.state == .waiting)
            #expect(try await scene.ledger.execute(count: "SELECT count(*) FROM waiting_list_entry") == 1)
            #expect(try await scene.join(5, customer: customer) == .seatLimitReached)
            #expect(try await scene.join(1, level: "gold", customer: customer) == .unknownPriceLevel)
            let nowhere = WaitingListQuestion(performanceId: newID(Entity.Performance.self), customerId: customer)
            let wish = WaitingListCommand(place: nowhere, wish: WaitingListRequest(quantity: 1))
            #expect(try await scene.lists.join(wish, as: newID(Entity.WaitingListEntry.self)) == .notFound)
        }
    }

    @Test func `an organizer's rule is kept, and nobody else's to change`() async throws {
        try await with { scene in
            let rules = FairnessStore(pool: scene.ledger.pool)
            let organizer = try #require(
                CustomerID(try await scene.ledger.execute("SELECT organizer_id FROM performance")))
            let rule = FairnessRuleResource(
                coolDownSecondsMax: 600, seatsPerInstrumentMax: 6, waitingListOfferSeconds: nil)
            let mine = PerformanceSalesRequest(
                performanceId: scene.performance, organizerId: organizer, isAdmin: false)
            var strangers = mine
            strangers.organizerId = newID(Entity.Customer.self)
            #expect(try await rules.change(FairnessRuleCommand(sales: strangers, rule: rule)) == nil)
            #expect(try await rules.rule(for: strangers) == nil)
            #expect(try await rules.change(FairnessRuleCommand(sales: mine, rule: rule)) == rule)
            #expect(try await rules.rule(of: scene.performance) == rule)
        }
    }
}
