import LedgerStore
import Postgres
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@Suite struct PerformanceDoorTests {
    @Test func `what arrives while a batch runs joins the next`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance { $0.seatCount = 200 }
            let sizes = Mutex<[Int]>([])
            var settings = DoorSettings()
            settings.batchItemsMax = 64
            let door = PerformanceDoor(pool: ledger.pool, settings: settings) { reading in
                sizes.withLock { $0.append(reading.changes.count) }
            }
            let all = try await ledger.withLocked(performance) {
                let first = Task { try await door.hold(wish([0]), in: performance) }
                try await eventually("the first batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                let others = (1..<101).map { seat in
                    Task { try await door.hold(wish([SeatIndex(seat)]), in: performance) }
                }
                try await eventually("the others wait") { await door.queueLength(of: performance) == 100 }
                return [first] + others
            }
            for task in all { #expect(try await task.value.madeHold != nil) }
            #expect(sizes.withLock { $0 } == [1, 64, 36])
        }
    }

    @Test func `items that come together get an answer each, in their order, also those that the queue does not take`()
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            var settings = DoorSettings()
            settings.queueLengthMax = 4
            settings.batchItemsMax = 2
            let door = PerformanceDoor(pool: ledger.pool, settings: settings)
            let same = wish([2])
            let items = [wish([0]), wish([0, 1]), same, same, wish([3]), wish([4])]
            let answers = await door.hold(items.map { (item: $0, deadline: nil) }, in: performance)
            #expect(answers.count == 6)
            #expect(try answers[0].get().madeHold?.holdID == items[0].holdID)
            #expect(try answers[1].get() == .seatsTaken([0]))
            let made = try #require(try answers[2].get().madeHold)
            #expect(try answers[3].get() == .replayed(made))
            #expect(try answers[4].get().madeHold?.seatIndexes == [3])
            #expect(throws: DoorFailure.self) { try answers[5].get() }
            let none: [(item: HoldItem, deadline: ContinuousClock.Instant?)] = []
            #expect(await door.hold(none, in: performance).isEmpty)
        }
    }

    @Test func `more than the queue takes is refused at once`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            var settings = DoorSettings()
            settings.queueLengthMax = 2
            let door = PerformanceDoor(pool: ledger.pool, settings: settings)
            let (first, others, release) = try await ledger.withLocked(performance) {
                let first = Task { try await door.hold(wish([0]), in: performance) }
                try await eventually("the first batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                let others = (1..<3).map { seat in
                    Task { try await door.hold(wish([SeatIndex(seat)]), in: performance) }
                }
                try await eventually("the others wait") { await door.queueLength(of: performance) == 2 }
                await #expect {
                    try await door.hold(wish([9]), in: performance)
                } throws: {
                    if case DoorFailure.overloaded = $0 { true } else { false }
                }
                // Another kind has a lane of its own.
                let release = Task {
                    try await door.release(
                        newID(Entity.Hold.self), of: newID(Entity.Customer.self), in: performance)
                }
                try await eventually("the release waits") { await door.queueLength(of: performance) == 3 }
                return (first, others, release)
            }
            #expect(try await first.value.madeHold != nil)
            for other in others { #expect(try await other.value.madeHold != nil) }
            #expect(try await release.value == .notFound)
        }
    }

    @Test func `an item whose deadline passed in the queue is not asked`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let late = try await ledger.withLocked(performance) {
                let first = Task { try await door.hold(wish([0]), in: performance) }
                try await eventually("the first batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                let late = Task { try await door.hold(wish([1]), in: performance, deadline: .now) }
                try await eventually("the other waits") { await door.queueLength(of: performance) == 1 }
                return (first, late)
            }
            #expect(try await late.0.value.madeHold != nil)
            await #expect {
                try await late.1.value
            } throws: {
                if case DoorFailure.deadlineExceeded = $0 { true } else { false }
            }
            #expect(try await ledger.states(performance)[1] == 0)
        }
    }

    @Test func `one bad item does not spoil its batch`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let twin = wish([0])
            _ = try await door.hold(twin, in: performance)
            // An id that exists already: a constraint throws.
            let bad = HoldItem(
                holdID: twin.holdID, customerID: newID(Entity.Customer.self), idempotencyKey: "bad", fingerprint: [1],
                requestID: "", seatIndexes: [50])
            let outcomes = try await ledger.withLocked(performance) {
                let first = Task { try await door.hold(wish([1]), in: performance) }
                try await eventually("the first batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                let others = (2..<22).map { seat in
                    Task { try await door.hold(seat == 9 ? bad : wish([SeatIndex(seat)]), in: performance) }
                }
                try await eventually("the others wait") { await door.queueLength(of: performance) == 20 }
                return [first] + others
            }
            var held = 0
            var rejected = 0
            for outcome in outcomes {
                do throws(any Error) {
                    held += try await outcome.value.madeHold == nil ? 0 : 1
                } catch DoorFailure.rejected {
                    rejected += 1
                }
            }
            #expect(held == 20 && rejected == 1)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM seat WHERE state = 1") == 21)
        }
    }

    @Test func `a lost connection leaves the outcome unknown, and the key tells it later`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let mine = wish([4], key: "mine")
            let lost = try await ledger.withLocked(performance) {
                let lost = Task { try await door.hold(mine, in: performance) }
                try await eventually("the batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                try await ledger.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock'
                    """)
                return lost
            }
            await #expect {
                try await lost.value
            } throws: {
                switch $0 {
                case DoorFailure.outcomeUnknown, DoorFailure.unavailable: true
                default: false
                }
            }
            let again = try await door.hold(
                wish([4], customer: mine.customerID, key: "mine"), in: performance)
            #expect(again.madeHold?.seatIndexes == [4])
            #expect(try await ledger.execute(count: "SELECT count(*) FROM hold") == 1)
        }
    }

    @Test func `the reading of a batch comes before its outcomes`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let last = Mutex<DoorReading?>(nil)
            let door = PerformanceDoor(pool: ledger.pool) { reading in last.withLock { $0 = reading } }
            for number in 1...5 {
                _ = try await door.hold(wish([SeatIndex(number)]), in: performance)
                let reading = try #require(last.withLock { $0 })
                #expect(reading.sequence == Int64(number))
                #expect(reading.changes.map(\.seatIndex) == [SeatIndex(number)])
            }
            // A batch that changes nothing says where the performance stands all the same.
            _ = try await door.hold(wish([1]), in: performance)
            let reading = try #require(last.withLock { $0 })
            #expect(reading.sequence == 5 && reading.delta == nil)
        }
    }

    @Test func `many holds that end are many small batches, each with its own outcome`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let batches = Count()
            let door = PerformanceDoor(pool: ledger.pool) { _ in batches.value.add(1, ordering: .relaxed) }
            let mine = wish([1])
            _ = try await door.hold(mine, in: performance)
            let before = batches.value.load(ordering: .relaxed)
            let others = (1..<300).map { _ in newID(Entity.Hold.self) }
            let outcomes = await door.expire([mine.holdID] + others, in: performance).map { try? $0.get() }
            #expect(outcomes == [.notDue] + others.map { _ in .notFound })
            #expect(batches.value.load(ordering: .relaxed) == before + 3)
        }
    }

    @Test func `nobody's item is lost while queues come and go`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let door = PerformanceDoor(pool: ledger.pool)
            let answered = Count()
            // Few at a time, so that a queue is often just ending when the next item comes.
            for _ in 0..<4 {
                Task {
                    for _ in 0..<50 {
                        _ = try await door.expire(newID(Entity.Hold.self), in: performance)
                        answered.value.add(1, ordering: .relaxed)
                    }
                }
            }
            try await eventually("every item is answered") { answered.value.load(ordering: .relaxed) == 200 }
        }
    }
}

private final class Count: Sendable {
    let value = Atomic<Int>(0)
}
