import Logging
import Postgres
import SocketLoop

/// A command's time with the ledger.
enum LedgerJob {
    /// Runs a job on a pool that lives as long as it does; waits for the ledger to come up.
    static func run<Value: Sendable>(
        _ settings: PostgresSettings, _ job: @escaping @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = settings
        // One long statement is no sign of stuck commits, and nobody waits behind it.
        settings.commitSlowMilliseconds = 60_000
        let pool = PostgresPool(settings: settings, loop: SocketLoop(), logger: Logger(label: "job"))
        return try await pool.whileRunning { try await job(pool) }
    }
}
