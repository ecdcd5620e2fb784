import LedgerStore
import Testing
import Ticketing
import Wire

/// A line's front, as several processes move it.
@Suite struct WaitingRoomStepTests {
    @Test func `of processes that step at once, one does`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeOpenRoom(10)
            try await ledger.withSecondPool { other in
                let stores = [WaitingRoomStore(pool: ledger.pool), WaitingRoomStore(pool: other)]
                for step in Int64(0)..<5 {
                    let move = WaitingRoomMove(stepSequence: step, front: (step + 1) * 2, admitted: 1)
                    let looks = try await ledger.together(4) { number in
                        try await stores[number % 2].look(at: performance, moving: move, stepsAfter: 0)
                    }
                    for look in looks { #expect((1...Int(step) + 1).contains(look?.steps.count ?? 0)) }
                    let now = try #require(try await stores[0].look(at: performance, stepsAfter: 0))
                    #expect(now.steps.map(\.sequence) == Array(1...step + 1))
                    #expect(now.room.front == (step + 1) * 2 && now.room.admittedCount == step + 1)
                }
            }
        }
    }

    @Test func `a front goes neither back nor beyond the line, nor on what somebody else did meanwhile`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeOpenRoom(10)
            let store = WaitingRoomStore(pool: ledger.pool)
            func front(_ sequence: Int64, _ front: Int64) async throws -> Int64? {
                let move = WaitingRoomMove(stepSequence: sequence, front: front, admitted: 1)
                return try await store.look(at: performance, moving: move, stepsAfter: 0)?.room.front
            }
            #expect(try await front(0, 11) == 0)
            #expect(try await front(0, 4) == 4)
            #expect(try await front(0, 6) == 4)
            #expect(try await front(1, 3) == 4)
            #expect(try await front(1, 10) == 10)
            let look = try #require(try await store.look(at: performance, stepsAfter: 1))
            #expect(look.steps.map(\.front) == [10])
        }
    }

    @Test func `a line is moved by one process, until that looks no more`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeOpenRoom(10)
            let stores = [WaitingRoomStore(pool: ledger.pool), WaitingRoomStore(pool: ledger.pool)]
            func front(_ store: Int, _ sequence: Int64, _ front: Int64) async throws -> Int64? {
                let move = WaitingRoomMove(stepSequence: sequence, front: front, admitted: 1)
                return try await stores[store].look(at: performance, moving: move, stepsAfter: 0)?.room.front
            }
            // Whoever moves it was seen so long ago, or will be seen for long.
            func see(_ ago: String) async throws {
                try await ledger.execute(
                    "UPDATE waiting_room SET stepper_seen_at = clock_timestamp() - interval '\(ago)'")
            }
            #expect(try await front(0, 0, 2) == 2)
            try await see("-1 hour")
            #expect(try await front(1, 1, 4) == 2)
            #expect(try await front(0, 1, 4) == 4)
            // A look is enough to keep it.
            try await see("1 hour")
            _ = try await stores[0].look(at: performance, stepsAfter: 0)
            let isSeen = "SELECT stepper_seen_at > clock_timestamp() - interval '10 minutes' FROM waiting_room"
            #expect(try await ledger.execute(isSeen) == "t")
            // But not one of a process that moves no line.
            try await see("1 hour")
            _ = try await stores[0].look(at: performance, isMover: false, stepsAfter: 0)
            #expect(try await ledger.execute(isSeen) == "f")
            try await see("1.5 s")
            #expect(try await front(1, 2, 6) == 6)
            try await see("-1 hour")
            #expect(try await front(0, 3, 8) == 6)
            #expect(try await front(1, 3, 8) == 8)
        }
    }

    @Test func `a process that stops leaves its lines to the next one at once, and those of others alone`() async throws
    {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeOpenRoom(10)
            let stores = [WaitingRoomStore(pool: ledger.pool), WaitingRoomStore(pool: ledger.pool)]
            func front(_ store: Int, _ sequence: Int64, _ front: Int64) async throws -> Int64? {
                let move = WaitingRoomMove(stepSequence: sequence, front: front, admitted: 1)
                return try await stores[store].look(at: performance, moving: move, stepsAfter: 0)?.room.front
            }
            #expect(try await front(0, 0, 2) == 2)
            try await stores[1].resign()
            try await ledger.execute("UPDATE waiting_room SET stepper_seen_at = clock_timestamp() + interval '1 hour'")
            #expect(try await front(1, 1, 4) == 2)
            try await stores[0].resign()
            #expect(try await front(1, 1, 4) == 4)
        }
    }

    @Test func `before the seed is published nobody is called`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeRoom()
            let store = WaitingRoomStore(pool: ledger.pool)
            _ = try await enter(WaitingRoomDoor(pool: ledger.pool), performance)
            let move = WaitingRoomMove(stepSequence: 0, front: 1, admitted: 1)
            #expect(try await store.look(at: performance, moving: move, stepsAfter: 0)?.room.front == 0)
            try await ledger.letPass(3_700, performance)
            for _ in 0..<2 {
                let look = try await store.look(at: performance, moving: move, stepsAfter: 0)
                #expect(look?.room.front == 0 && look?.steps == [])
            }
            _ = try await ledger.publishList(of: performance)
            let look = try await store.look(at: performance, moving: move, stepsAfter: 0)
            #expect(look?.room.front == 0 && look?.steps == [])
        }
    }

    @Test func `of steps the last ten thousand are kept`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makeOpenRoom(2)
            try await ledger.execute(
                """
                INSERT INTO waiting_room_step SELECT '\(performance)', n, 1, 1, clock_timestamp()
                    FROM generate_series(1, 10000) n;
                UPDATE waiting_room SET front = 1, step_sequence = 10000 WHERE performance_id = '\(performance)'
                """)
            let move = WaitingRoomMove(stepSequence: 10_000, front: 2, admitted: 1)
            _ = try await WaitingRoomStore(pool: ledger.pool).look(at: performance, moving: move, stepsAfter: 10_000)
            let kept = try await ledger.execute("SELECT min(sequence) || ' ' || max(sequence) FROM waiting_room_step")
            #expect(kept == "2 10001")
        }
    }
}
