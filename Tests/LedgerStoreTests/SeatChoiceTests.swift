import LedgerStore
import Synchronization
import Testing
import Ticketing
import Wire

/// Seats of our choice are chosen by what is true under the lock.
@Suite struct SeatChoiceTests {
    @Test func `nobody is refused while there are enough, and each has what it asked for`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 200 }
            let refusedWhileFree = Mutex(0)
            let held = Mutex(0)
            try await ledger.withSecondPool { pool in
                let doors = [PerformanceDoor(pool: ledger.pool), PerformanceDoor(pool: pool)]
                _ = try await ledger.together(160) { number in
                    var quantity = 1 + number % 4
                    while quantity > 0 {
                        let outcome = try await doors[number % 2].hold(choice(of: quantity), in: performance)
                        switch outcome {
                        case .held(let hold):
                            #expect(hold.seatIndexes.count == quantity)
                            held.withLock { $0 += quantity }
                            return
                        case .notEnoughSeats(let largest):
                            if largest >= quantity { refusedWhileFree.withLock { $0 += 1 } }
                            quantity = largest
                        default:
                            Issue.record("\(outcome)")
                            return
                        }
                    }
                }
            }
            #expect(refusedWhileFree.withLock { $0 } == 0)
            #expect(held.withLock { $0 } == 200)
            #expect(try await ledger.states(performance).allSatisfy { $0 == 1 })
        }
    }

    @Test func `a refusal comes when nothing is left, and only then`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 5 }
            let door = PerformanceDoor(pool: ledger.pool)
            #expect(try await door.hold(choice(of: 3), in: performance).madeHold?.seatIndexes == [0, 1, 2])
            #expect(try await door.hold(choice(of: 3), in: performance) == .notEnoughSeats(largestGroup: 2))
            #expect(try await door.hold(choice(of: 2), in: performance).madeHold?.seatIndexes == [3, 4])
            #expect(try await door.hold(choice(of: 1), in: performance) == .notEnoughSeats(largestGroup: 0))
        }
    }

    @Test func `what is known from before is completed by what changed since`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 8 }
            let door = PerformanceDoor(pool: ledger.pool)
            let map = try #require(try await SeatStateStore(pool: ledger.pool).map(of: performance))
            _ = try await door.hold(wish([0, 1]), in: performance)
            let old = KnownSeatMap(position: map.position, states: map.states)
            #expect(try await door.hold(choice(of: 2, known: old), in: performance).madeHold?.seatIndexes == [2, 3])
            // A map of another epoch, or from after a restore, leads nowhere.
            var strange = map.position
            strange.sequence += 1_000
            let wrong = KnownSeatMap(position: strange, states: map.states)
            #expect(try await door.hold(choice(of: 2, known: wrong), in: performance).madeHold?.seatIndexes == [4, 5])
            strange = map.position
            strange.epoch += 1
            let other = KnownSeatMap(position: strange, states: map.states)
            #expect(try await door.hold(choice(of: 2, known: other), in: performance).madeHold?.seatIndexes == [6, 7])
        }
    }

    @Test func `a long way back is read from the seats`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 400 }
            let door = PerformanceDoor(pool: ledger.pool)
            let map = try #require(try await SeatStateStore(pool: ledger.pool).map(of: performance))
            for seat in 0..<300 { _ = try await door.hold(wish([SeatIndex(seat)]), in: performance) }
            let old = KnownSeatMap(position: map.position, states: map.states)
            let hold = try await door.hold(choice(of: 1, known: old), in: performance).madeHold
            #expect(hold?.seatIndexes == [300])
        }
    }

    @Test func `seats whose deadline has passed are free, before a batch has ended their hold`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 3 }
            let door = PerformanceDoor(pool: ledger.pool)
            _ = try await door.hold(wish([0, 1]), in: performance)
            _ = try await door.hold(wish([2]), in: performance)
            #expect(try await door.hold(choice(of: 1), in: performance) == .notEnoughSeats(largestGroup: 0))
            try await ledger.letHoldsLapse(performance)
            #expect(try await door.hold(choice(of: 3), in: performance).madeHold?.seatIndexes == [0, 1, 2])
        }
    }

    @Test func `a key that made a hold makes it again, however little is left`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 2 }
            let door = PerformanceDoor(pool: ledger.pool)
            let customer = newID(Entity.Customer.self)
            let first = try await door.hold(choice(of: 2, customer: customer, key: "k"), in: performance)
            let made = try #require(first.madeHold)
            let again = try await door.hold(choice(of: 2, customer: customer, key: "k"), in: performance)
            #expect(again == .replayed(made))
            let reused = try await door.hold(
                choice(of: 2, customer: customer, key: "k", fingerprint: [9]), in: performance)
            #expect(reused == .keyReused)
        }
    }

    @Test func `the limit counts what the same batch gave before`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatsPerCustomerMax = 4 }
            let customer = newID(Entity.Customer.self)
            let door = PerformanceDoor(pool: ledger.pool)
            let outcomes = try await ledger.together(5) { _ in
                try await door.hold(choice(of: 2, customer: customer), in: performance)
            }
            #expect(outcomes.count { $0.madeHold != nil } == 2)
            #expect(outcomes.count { $0 == .seatLimitReached(seatsOwned: 4, seatsMax: 4) } == 3)
            #expect(try await ledger.states(performance).count { $0 == 1 } == 4)
        }
    }

    @Test func `who is refused for another reason takes nothing from those behind`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance {
                $0.seatCount = 2
                $0.seatsPerCustomerMax = 1
            }
            let door = PerformanceDoor(pool: ledger.pool)
            let outcomes = try await ledger.together(10) { number in
                // Half of them want more than anybody may have.
                try await door.hold(choice(of: number % 2 == 0 ? 2 : 1), in: performance)
            }
            #expect(outcomes.count { $0.madeHold != nil } == 2)
            #expect(outcomes.count { $0 == .seatLimitReached(seatsOwned: 0, seatsMax: 1) } == 5)
            #expect(outcomes.count { $0 == .notEnoughSeats(largestGroup: 0) } == 3)
        }
    }

    @Test func `a sale that has not begun says so, and not that there are no seats`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.onSaleAfterSeconds = 600 }
            let door = PerformanceDoor(pool: ledger.pool)
            let outcome = try await door.hold(choice(of: 1), in: performance)
            guard case .notOnSale = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `there is no such performance`() async throws {
        try await TestLedger.with { ledger in
            let door = PerformanceDoor(pool: ledger.pool)
            let nowhere = newID(Entity.Performance.self)
            let outcome = try await door.hold(choice(of: 1), in: nowhere)
            #expect(outcome == .unknownPerformance)
        }
    }

    @Test func `keys are looked up together, each with its place`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let mine = wish([4], key: "k")
            let made = try #require(
                try await PerformanceDoor(pool: ledger.pool).hold(mine, in: performance).madeHold)
            try await ledger.execute(
                """
                INSERT INTO idempotency (customer_id, key, fingerprint) VALUES ('\(mine.customerID)', 'order', '\\x01')
                """)
            let keys = ["never", "order", "k"].map {
                DoorItemKey(customerID: mine.customerID, key: $0, fingerprint: [1])
            }
            let uses = try await HoldStore(pool: ledger.pool).uses(of: keys)
            #expect(uses == [nil, .another, .hold(made, fingerprint: [1])])
        }
    }
}

/// A wish for the first seats that are free, in index order.
func choice(
    of quantity: Int, customer: CustomerID = newID(Entity.Customer.self), key: String? = nil,
    fingerprint: [UInt8] = [1], known: KnownSeatMap? = nil
) -> SeatChoiceItem {
    let id = newID(Entity.Hold.self)
    return SeatChoiceItem(
        holdID: id, customerID: customer, idempotencyKey: key ?? "key-\(id)", fingerprint: fingerprint,
        requestID: "request-1", quantity: quantity, wish: "\(quantity)", knownMap: { known },
        choose: { states in
            let free = (0..<states.count).filter { states[$0] == .available }.map { SeatIndex($0) }
            return free.count >= quantity
                ? .seats(Array(free.prefix(quantity))) : .notEnough(largestGroup: free.count)
        })
}
