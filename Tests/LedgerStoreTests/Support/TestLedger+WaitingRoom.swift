import Crypto
import Foundation
import LedgerStore
import Testing
import Ticketing
import Wire

extension TestLedger {
    /// A performance whose sale begins in an hour, with a room.
    func makeRoom(
        opensAfterSeconds: Int64 = 3_600, settings: WaitingRoomSettingsRequest? = nil
    ) async throws -> PerformanceID {
        let performance = try await makePerformance {
            $0.onSaleAfterSeconds = opensAfterSeconds
            $0.endsAfterSeconds = 7_200
        }
        let kept = try await WaitingRoomStore(pool: pool).put(
            settings ?? WaitingRoomSettingsRequest(isOn: true), for: performance, by: nil)
        #expect(kept == .kept)
        return performance
    }

    /// Lets a room's time pass without waiting for it.
    func letPass(_ seconds: Int, _ performance: PerformanceID) async throws {
        try await execute(
            """
            UPDATE waiting_room SET opens_at = opens_at - interval '\(seconds) s',
                listed_at = listed_at - interval '\(seconds) s'
            WHERE performance_id = '\(performance)'
            """)
    }

    /// Opens a room with so many entries.
    func makeOpenRoom(_ count: Int) async throws -> PerformanceID {
        let performance = try await makeRoom()
        let door = WaitingRoomDoor(pool: pool)
        for _ in 0..<count { _ = try await enter(door, performance) }
        let store = WaitingRoomStore(pool: pool)
        try await letPass(3_700, performance)
        _ = try await store.look(at: performance, stepsAfter: 0)
        _ = try await publishList(of: performance)
        try await letPass(3_700, performance)
        _ = try await store.look(at: performance, stepsAfter: 0)
        return performance
    }

    /// Publishes the hash of a closed list, as the process that looks does.
    func publishList(of performance: PerformanceID) async throws -> [UInt8] {
        let store = WaitingRoomStore(pool: pool)
        let count = try #require(try await store.room(of: performance)?.listedCount)
        let text = try await store.list(of: performance, count: count).map { "\($0)\n" }.joined()
        let hash = Array(SHA256.hash(data: Data(text.utf8)))
        try await store.publishList(hash: hash, of: performance)
        return hash
    }
}

/// Asks for a place through a door.
func enter(
    _ door: WaitingRoomDoor, _ performance: PerformanceID, turn: Int32 = 1,
    _ customer: CustomerID = newID(Entity.Customer.self)
) async throws -> EntryOutcome {
    try await door.submit(EntryItem(customerID: customer, turn: turn), in: performance)
}

extension EntryOutcome {
    /// The place, where there is one.
    var standing: EntryStanding? {
        switch self {
        case .entered(let standing), .known(let standing): standing
        case .noPlace, .noRoom, .saleEnded, .full: nil
        }
    }
}
