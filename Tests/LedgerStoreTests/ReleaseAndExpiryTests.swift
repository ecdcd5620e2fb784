import LedgerStore
import Testing
import Ticketing
import Wire

@Suite struct ReleaseAndExpiryTests {
    @Test func `a released hold frees its seats, and may be released again`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([1, 2])
            _ = try await door.hold(mine, in: performance)
            #expect(try await door.release(mine.holdID, of: mine.customerID, in: performance) == .released)
            #expect(try await ledger.states(performance).allSatisfy { $0 == 0 })
            #expect(try await door.release(mine.holdID, of: mine.customerID, in: performance) == .released)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM seat_change") == 2)
            let hold = try await HoldStore(pool: ledger.pool).hold(mine.holdID, of: mine.customerID)
            #expect(hold?.state == .released)
        }
    }

    @Test func `another customer's hold is not to be found`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([1])
            _ = try await door.hold(mine, in: performance)
            let stranger = newID(Entity.Customer.self)
            #expect(try await door.release(mine.holdID, of: stranger, in: performance) == .notFound)
            #expect(try await HoldStore(pool: ledger.pool).hold(mine.holdID, of: stranger) == nil)
            #expect(try await ledger.states(performance)[1] == 1)
        }
    }

    @Test func `a payment in progress keeps its hold`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([1])
            _ = try await door.hold(mine, in: performance)
            try await ledger.execute("UPDATE hold SET state = 'paying'")
            #expect(try await door.release(mine.holdID, of: mine.customerID, in: performance) == .paymentInProgress)
            #expect(try await door.expire(mine.holdID, in: performance) == .notDue)
            try await ledger.execute("UPDATE hold SET state = 'completed'")
            #expect(try await door.release(mine.holdID, of: mine.customerID, in: performance) == .completed)
            #expect(try await door.expire(mine.holdID, in: performance) == .notDue)
            #expect(try await ledger.states(performance)[1] == 1)
        }
    }

    @Test func `a frozen hold whose payment's time is over gives its seats back`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([1, 2])
            _ = try await door.hold(mine, in: performance)
            try await ledger.execute("UPDATE hold SET state = 'paying'")
            try await ledger.letHoldsLapse(performance)
            #expect(try await door.expire(mine.holdID, in: performance) == .expired)
            #expect(try await ledger.states(performance).allSatisfy { $0 == 0 })
        }
    }

    @Test func `holds end when their time is over and not before`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let store = HoldStore(pool: ledger.pool)
            let mine = wish([1, 2])
            _ = try await door.hold(mine, in: performance)
            let day = 86_400.0
            #expect(try await store.dueHolds(secondsBack: day, limit: 10).isEmpty)
            #expect(try await door.expire(mine.holdID, in: performance) == .notDue)

            try await ledger.letHoldsLapse(performance)
            #expect(try await store.hold(mine.holdID, of: mine.customerID)?.state == .expired)
            let due = try await store.dueHolds(secondsBack: day, limit: 10)
            #expect(due.map(\.holdID) == [mine.holdID])
            #expect(try await door.expire(mine.holdID, in: performance) == .expired)
            #expect(try await door.expire(mine.holdID, in: performance) == .expired)
            #expect(try await door.expire(newID(Entity.Hold.self), in: performance) == .notFound)
            #expect(try await store.dueHolds(secondsBack: day, limit: 10).isEmpty)
            #expect(try await ledger.states(performance).allSatisfy { $0 == 0 })
        }
    }

    @Test func `an extended hold is due at its later deadline`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let store = HoldStore(pool: ledger.pool)
            let mine = wish([1])
            _ = try await PerformanceDoor(pool: ledger.pool).hold(mine, in: performance)
            try await ledger.letHoldsLapse(performance)
            try await ledger.execute("UPDATE hold SET extended_until = clock_timestamp() + interval '1 minute'")
            let day = 86_400.0
            #expect(try await store.hold(mine.holdID, of: mine.customerID)?.state == .active)
            #expect(try await store.dueHolds(secondsBack: day, limit: 10).isEmpty)
            try await ledger.execute("UPDATE hold SET extended_until = clock_timestamp()")
            #expect(try await store.dueHolds(secondsBack: day, limit: 10).map(\.holdID) == [mine.holdID])
        }
    }

    @Test func `a customer's holds of a performance come newest first`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let customer = newID(Entity.Customer.self)
            let first = wish([1], customer: customer)
            let second = wish([2], customer: customer)
            for wish in [first, second] { _ = try await door.hold(wish, in: performance) }
            let holds = try await HoldStore(pool: ledger.pool).holds(of: customer, in: performance)
            #expect(Set(holds.map(\.holdId)) == [first.holdID, second.holdID])
            #expect(holds.map(\.holdId) == holds.map(\.holdId).sorted(by: >))
        }
    }

    @Test func `due holds are asked for from near, and now and then from far`() {
        var window = DueHoldWindow()
        let start = ContinuousClock.now
        #expect(window.secondsBack(at: start) == 86_400)
        // Nobody answered: the far look is still to come.
        #expect(window.secondsBack(at: start + .seconds(1)) == 86_400)
        window.served(at: start + .seconds(1))
        #expect(window.secondsBack(at: start + .seconds(2)) == 6)
        #expect(window.secondsBack(at: start + .seconds(31)) == 35)
        window.served(at: start + .seconds(31))
        #expect(window.secondsBack(at: start + .seconds(32)) == 6)
        #expect(window.secondsBack(at: start + .seconds(61)) == 86_400)
    }

    @Test func `who looks often looks back a little, and far enough for stragglers as often as before`() {
        var window = DueHoldWindow()
        let start = ContinuousClock.now
        window.served(at: start)
        #expect(window.secondsBack(at: start + .milliseconds(250)) == 0.2 + 0.25)
        window.served(at: start + .milliseconds(250))
        #expect(window.secondsBack(at: start + .milliseconds(350)) == 0.2 + 0.1)
        // Nobody answered.
        #expect(window.secondsBack(at: start + .milliseconds(500)) == 5.25)
        window.served(at: start + .milliseconds(500))
        #expect(window.secondsBack(at: start + .milliseconds(600)) == 0.2 + 0.1)
    }

    @Test func `an answer that broke off is gone on with, and ends the far look only at its end`() {
        var window = DueHoldWindow()
        let start = ContinuousClock.now
        _ = window.secondsBack(at: start)
        window.brokeOff(secondsBack: 300, at: start)
        #expect(window.secondsBack(at: start + .seconds(5)) == 305)
        window.brokeOff(secondsBack: 20, at: start + .seconds(1))
        #expect(window.secondsBack(at: start + .seconds(2)) == 21)
        window.served(at: start + .seconds(2))
        #expect(window.secondsBack(at: start + .seconds(3)) == 6)
    }
}
