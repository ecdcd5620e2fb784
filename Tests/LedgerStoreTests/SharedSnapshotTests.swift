import LedgerStore
import TestSupport
import Testing

/// Several connections that read the ledger as it was at one instant.
@Suite struct SharedSnapshotTests {
    private struct Interrupted: Error {}

    private func performances(seenBy snapshots: [AuditStore.Snapshot], of store: AuditStore) async throws -> [Int] {
        var counts: [Int] = []
        for snapshot in snapshots { counts.append(try await store.histories(on: snapshot).count) }
        return counts
    }

    @Test func `none of them sees what was committed since, whichever was asked before`() async throws {
        try await TestLedger.with { ledger in
            let store = AuditStore(pool: ledger.pool)
            try await store.withSnapshots(readers: 3, deadline: .now + .seconds(60)) { snapshots in
                try await CanaryStore(pool: ledger.pool).make()
                let seen = try await performances(seenBy: snapshots, of: store)
                #expect(seen == [0, 0, 0])
                #expect(Set(snapshots.map(\.server)).count == 1)
            }
            let later = try await store.withSnapshots(readers: 3, deadline: .now + .seconds(60)) {
                try await performances(seenBy: $0, of: store)
            }
            #expect(later == [1, 1, 1])
        }
    }

    @Test func `what throws in between ends them all, and their connections serve again`() async throws {
        try await TestLedger.with { ledger in
            let store = AuditStore(pool: ledger.pool)
            for _ in 0..<3 {
                await #expect(throws: Interrupted.self) {
                    try await store.withSnapshots(readers: 3, deadline: .now + .seconds(60)) { _ in
                        throw Interrupted()
                    }
                }
            }
            let counts = try await store.withSnapshots(readers: 3, deadline: .now + .seconds(60)) {
                try await performances(seenBy: $0, of: store)
            }
            #expect(counts == [0, 0, 0])
        }
    }
}
