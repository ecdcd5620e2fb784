import Postgres
import Ticketing

@testable import LedgerStore

extension TestLedger {
    /// Runs wishes as one batch, in their order.
    func runBatch(of wishes: [HoldItem], in performance: PerformanceID) async throws -> [HoldOutcome] {
        let rows = try await pool.execute(HoldBatch.statement, HoldBatch.values(for: wishes, in: performance))
        return try DoorAnswer<HoldBatch>(rows, items: wishes, performance: performance).outcomes
    }

    /// Runs `count` tasks at once and answers their values.
    func together<Value: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for number in 0..<count { group.addTask { try await work(number) } }
            var values: [Value] = []
            for try await value in group { values.append(value) }
            return values
        }
    }
}

extension TestLedger {
    private static let lock = Statement(
        name: "test_lock", sql: "SELECT FROM performance WHERE performance_id = $1 FOR NO KEY UPDATE")

    /// Runs `body` while another process holds the performance's lock.
    func withLocked<Value: Sendable>(
        _ performance: PerformanceID, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withSecondPool { other in
            try await other.transaction { transaction in
                _ = try await transaction.execute(Self.lock, [performance])
                return try await body()
            }
        }
    }

    /// How many statements wait for a lock.
    func waitingBatches() async throws -> Int {
        try await execute(
            count: """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock'
                """)
    }
}
