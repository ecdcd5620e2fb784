import Crypto
import Foundation
import LedgerStore
import Postgres
import TestSupport
import Testing
import Ticketing
import Wire

/// Rooms, places and steps, as the ledger decides them.
@Suite struct WaitingRoomStoreTests {
    // MARK: Places

    @Test func `a customer has one place, however often and through however many processes it is asked for`()
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let customers = (0..<20).map { _ in newID(Entity.Customer.self) }
            try await ledger.withSecondPool { other in
                let doors = [WaitingRoomDoor(pool: ledger.pool), WaitingRoomDoor(pool: other)]
                let outcomes = try await ledger.together(200) { number in
                    (number % 20, try await enter(doors[number % 2], performance, customers[number % 20]))
                }
                var places: [Int: Set<EntryStanding>] = [:]
                var made = 0
                for (customer, outcome) in outcomes {
                    let standing = try #require(outcome.standing)
                    places[customer, default: []].insert(standing)
                    if case .entered = outcome { made += 1 }
                }
                #expect(made == 20)
                #expect(places.values.allSatisfy { $0.count == 1 })
                #expect(Set(places.values.flatMap { $0 }.map(\.number)) == Set(1...20))
            }
        }
    }

    @Test func `who is answered before another one asks has the lower number, whichever process is asked`() async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            try await ledger.withSecondPool { other in
                let doors = [WaitingRoomDoor(pool: ledger.pool), WaitingRoomDoor(pool: other)]
                for number in 1...40 {
                    let outcome = try await enter(doors[number % 2], performance)
                    #expect(outcome.standing?.number == Int64(number))
                }
            }
        }
    }

    @Test func `a place is found again, and none where there is none`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let door = WaitingRoomDoor(pool: ledger.pool)
            let customer = newID(Entity.Customer.self)
            #expect(try await enter(door, performance, turn: 0, customer) == .noPlace)
            let standing = try #require(try await enter(door, performance, customer).standing)
            #expect(try await enter(door, performance, turn: 0, customer) == .known(standing))
            #expect(try await enter(door, performance, customer) == .known(standing))
            #expect(try await ledger.execute(count: "SELECT count(*) FROM waiting_room_entry") == 1)
        }
    }

    @Test func `another turn is the next one, behind all who wait`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let door = WaitingRoomDoor(pool: ledger.pool)
            let customer = newID(Entity.Customer.self)
            _ = try await enter(door, performance, customer)
            _ = try await enter(door, performance)
            #expect(try await enter(door, performance, turn: 3, customer) == .noPlace)
            let second = try #require(try await enter(door, performance, turn: 2, customer).standing)
            #expect(second.number == 3 && second.turn == 2)
            // Asked for again, and asked for as if there were none: it is the place that there is.
            #expect(try await enter(door, performance, turn: 2, customer) == .known(second))
            #expect(try await enter(door, performance, turn: 1, customer) == .known(second))
        }
    }

    @Test func `nobody enters where there is no room, where it is off and where the sale is over`() async throws {
        try await TestLedger.with { ledger in
            let door = WaitingRoomDoor(pool: ledger.pool)
            #expect(try await enter(door, newID(Entity.Performance.self)) == .noRoom)
            let performance = try await ledger.makeRoom()
            let customer = newID(Entity.Customer.self)
            let standing = try #require(try await enter(door, performance, customer).standing)
            let store = WaitingRoomStore(pool: ledger.pool)
            _ = try await store.put(WaitingRoomSettingsRequest(isOn: false), for: performance, by: nil)
            #expect(try await enter(door, performance) == .noRoom)
            #expect(try await store.roomsOn().performances == [])
            _ = try await store.put(WaitingRoomSettingsRequest(isOn: true), for: performance, by: nil)
            #expect(try await store.roomsOn().performances == [performance])
            #expect(try await enter(door, performance, customer) == .known(standing))
            _ = try await CatalogueStore(pool: ledger.pool).setSaleState(.ended, of: performance)
            #expect(try await enter(door, performance) == .saleEnded)
            // Who has a place may still look at it.
            #expect(try await enter(door, performance, customer) == .known(standing))
        }
    }

    // MARK: The door

    @Test func `what arrives while a batch runs joins the next, each wish once; more than the queue takes is refused`()
        async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            var settings = WaitingRoomDoor.Settings()
            settings.queueLengthMax = 3
            let door = WaitingRoomDoor(pool: ledger.pool, settings: settings)
            let twice = newID(Entity.Customer.self)
            let (first, others, late) = try await withLockedRoom(performance, in: ledger) {
                let first = Task { try await enter(door, performance) }
                try await eventually("the first batch waits for the lock") { try await ledger.waitingBatches() == 1 }
                let others = [twice, newID(Entity.Customer.self), twice].map { customer in
                    Task { try await enter(door, performance, customer) }
                }
                try await eventually("two wait") { await door.queueLength(of: performance) == 2 }
                let late = Task {
                    try await door.submit(
                        EntryItem(customerID: newID(Entity.Customer.self), turn: 1), in: performance, deadline: .now)
                }
                try await eventually("three wait") { await door.queueLength(of: performance) == 3 }
                await #expect {
                    try await enter(door, performance)
                } throws: {
                    if case DoorFailure.overloaded = $0 { true } else { false }
                }
                return (first, others, late)
            }
            #expect(try await first.value.standing?.number == 1)
            var numbers: Set<Int64> = []
            for other in others { numbers.insert(try #require(try await other.value.standing).number) }
            #expect(numbers == [2, 3])
            await #expect {
                try await late.value
            } throws: {
                if case DoorFailure.deadlineExceeded = $0 { true } else { false }
            }
            #expect(try await ledger.execute(count: "SELECT count(*) FROM waiting_room_entry") == 3)
        }
    }

    private static let lock = Statement(
        name: "test_lock_room", sql: "SELECT FROM waiting_room WHERE performance_id = $1 FOR NO KEY UPDATE")

    private func withLockedRoom<Value: Sendable>(
        _ performance: PerformanceID, in ledger: TestLedger, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await ledger.cluster.withPool(
            database: ledger.database, user: TestCluster.ownerRole, loop: otherTestLoop
        ) { owner in
            try await owner.transaction { transaction in
                _ = try await transaction.execute(Self.lock, [performance])
                return try await body()
            }
        }
    }

    // MARK: The opening

    @Test func `the list is closed at the opening, its hash is published, and the seed only after that`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let store = WaitingRoomStore(pool: ledger.pool)
            let door = WaitingRoomDoor(pool: ledger.pool)
            var entries: [EntryID] = []
            for _ in 0..<5 { entries.append(try #require(try await enter(door, performance).standing).entryId) }
            let early = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            #expect(early.state == .gathering && early.listHash == nil && early.seed == nil)

            try await ledger.letPass(3_700, performance)
            let closed = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            #expect(closed.state == .ranking && closed.seed == nil && closed.listedCount == 5 && closed.listHash == nil)
            #expect(try await store.list(of: performance, count: 5) == entries)
            // Who comes now is not of the list, whose hash everybody may have seen before the seed is published.
            #expect(try await enter(door, performance).standing?.number == 6)
            try await ledger.letPass(60, performance)
            #expect(try await store.look(at: performance, stepsAfter: 0)?.room.seed == nil)
            let text = entries.map { "\($0)\n" }.joined()
            let hash = try await ledger.publishList(of: performance)
            #expect(hash == Array(SHA256.hash(data: Data(text.utf8))))
            // The first one counts.
            try await store.publishList(hash: [UInt8](repeating: 1, count: 32), of: performance)
            let listed = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            #expect(listed.state == .ranking && listed.seed == nil && listed.listHash == hash)
            let waiting = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            #expect(waiting.listHash == listed.listHash && waiting.listedCount == 5 && waiting.entryCount == 6)

            try await ledger.letPass(3, performance)
            let ranked = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            let seed = try #require(ranked.seed)
            let (listedAt, publishedAt) = (try #require(ranked.listedAt), try #require(ranked.seedPublishedAt))
            #expect(publishedAt.unixMicroseconds - listedAt.unixMicroseconds >= 2_000_000)
            #expect(ranked.state == .open && ranked.listHash == listed.listHash && ranked.listedCount == 5)
            #expect(Array(SHA256.hash(data: Data(seed))) == early.seedHash)
        }
    }

    @Test func `a list that is not closed has no hash`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let store = WaitingRoomStore(pool: ledger.pool)
            try await store.publishList(hash: [UInt8](repeating: 1, count: 32), of: performance)
            try await store.publishList(hash: [UInt8](repeating: 1, count: 32), of: newID(Entity.Performance.self))
            #expect(try await store.room(of: performance)?.listHash == nil)
        }
    }

    @Test func `a list of several pages is read whole, in the order of its numbers`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            try await ledger.execute(
                """
                INSERT INTO waiting_room_entry
                    SELECT '\(performance)', n, gen_random_uuid(), gen_random_uuid(), 1, clock_timestamp()
                    FROM generate_series(1, 20001) n;
                UPDATE waiting_room SET entry_count = 20001 WHERE performance_id = '\(performance)'
                """)
            let store = WaitingRoomStore(pool: ledger.pool)
            try await ledger.letPass(3_700, performance)
            #expect(try await store.look(at: performance, stepsAfter: 0)?.room.listedCount == 20_001)
            // As the database itself puts them together.
            let whole = """
                SELECT encode(sha256(convert_to(string_agg(entry_id || E'\\n', '' ORDER BY number), 'UTF8')), 'hex')
                FROM waiting_room_entry
                """
            let hash = try await ledger.publishList(of: performance)
            let digits = hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            #expect(try await ledger.execute(whole) == digits)
        }
    }

    @Test func `who enters first after the opening closes the list, without being of it`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let door = WaitingRoomDoor(pool: ledger.pool)
            for _ in 0..<3 { _ = try await enter(door, performance) }
            try await ledger.letPass(3_700, performance)
            #expect(try await enter(door, performance).standing?.number == 4)
            let room = try #require(try await WaitingRoomStore(pool: ledger.pool).room(of: performance))
            #expect(room.listedCount == 3 && room.entryCount == 4)
        }
    }

    @Test func `a room that is made while the sale is on opens with an empty list`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom(opensAfterSeconds: -60)
            let store = WaitingRoomStore(pool: ledger.pool)
            let listed = try #require(try await store.look(at: performance, stepsAfter: 0)).room
            #expect(listed.listedCount == 0)
            #expect(try await ledger.publishList(of: performance) == Array(SHA256.hash(data: Data())))
            let resource = try await CatalogueStore(pool: ledger.pool).performance(performance)
            #expect(resource?.waitingRoom?.state == .ranking)
        }
    }

    @Test func `a performance tells of its room while it is on`() async throws {
        try await TestLedger.with { ledger in
            let catalogue = CatalogueStore(pool: ledger.pool)
            let none = try await ledger.makePerformance()
            #expect(try #require(try await catalogue.performance(none)).waitingRoom == nil)
            let performance = try await ledger.makeRoom()
            let resource = try #require(try await catalogue.performance(performance))
            #expect(
                resource.waitingRoom == WaitingRoomResource(state: .gathering, opensAt: resource.onSaleAt))
            let open = try await ledger.makeOpenRoom(2)
            #expect(try #require(try await catalogue.performance(open)).waitingRoom?.state == .open)
            _ = try await WaitingRoomStore(pool: ledger.pool)
                .put(WaitingRoomSettingsRequest(isOn: false), for: performance, by: nil)
            #expect(try #require(try await catalogue.performance(performance)).waitingRoom == nil)
        }
    }

    // MARK: The organizer

    @Test func `a room is made and changed by its organizer, and by who may do everything`() async throws {
        try await TestLedger.with { ledger in
            let store = WaitingRoomStore(pool: ledger.pool)
            let performance = try await ledger.makePerformance()
            let sale = try #require(try await CatalogueStore(pool: ledger.pool).sale(of: performance))
            let settings = WaitingRoomSettingsRequest(isOn: true, admissionsPerMinuteMax: 60, admissionSeconds: 90)
            let stranger = newID(Entity.Customer.self)
            #expect(try await store.put(settings, for: performance, by: stranger) == .notFound)
            #expect(try await store.put(settings, for: newID(Entity.Performance.self), by: nil) == .notFound)
            #expect(try await store.room(of: performance) == nil)
            #expect(try await store.put(settings, for: performance, by: sale.organizerID) == .kept)
            let made = try #require(try await store.room(of: performance))
            #expect(made.settings == settings && made.organizerID == sale.organizerID && made.isOnSale)
            var changed = settings
            changed.admissionsPerMinuteMax = 600_000
            #expect(try await store.put(changed, for: performance, by: nil) == .kept)
            let after = try #require(try await store.room(of: performance))
            // The seed was committed to once and for all.
            #expect(after.settings == changed && after.seedHash == made.seedHash && after.opensAt == made.opensAt)
            _ = try await CatalogueStore(pool: ledger.pool).setSaleState(.cancelled, of: performance)
            #expect(try await store.put(settings, for: performance, by: nil) == .saleEnded)
        }
    }

    @Test func `of rooms that are made at once there is one, with its own seed`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let store = WaitingRoomStore(pool: ledger.pool)
            _ = try await ledger.together(8) { _ in
                try await store.put(WaitingRoomSettingsRequest(isOn: true), for: performance, by: nil)
            }
            let fitting = """
                SELECT count(*) FROM waiting_room w JOIN waiting_room_secret s USING (performance_id)
                WHERE sha256(s.seed) = w.seed_hash
                """
            #expect(try await ledger.execute(count: fitting) == 1)
            #expect(try await ledger.execute(count: "SELECT count(*) FROM waiting_room_secret") == 1)
        }
    }

    @Test func `a performance is put up with its room, or with none of both`() async throws {
        try await TestLedger.with { ledger in
            var performance = ledger.makeNewPerformance(
                TestLedger.Sale(), chart: try await ledger.makeChart(seatCount: 3))
            performance.waitingRoom = WaitingRoomSettingsRequest(isOn: true, admissionsPerMinuteMax: 7)
            let event = NewEvent(
                eventID: newID(Entity.Event.self), organizerID: try await ledger.makeCustomer(role: .organizer),
                title: "A show", description: "", venue: .new(newID(Entity.Venue.self), name: "A hall"),
                performances: [performance])
            try await CatalogueStore(pool: ledger.pool).insert(event)
            let room = try await WaitingRoomStore(pool: ledger.pool).room(of: performance.performanceID)
            #expect(room?.settings.admissionsPerMinuteMax == 7)
        }
    }
}
