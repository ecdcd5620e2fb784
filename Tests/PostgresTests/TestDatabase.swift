import Logging
import Postgres
import SocketLoop
import TestSupport

/// The loop of this test process.
let testLoop = SocketLoop(name: "test-loop")

let testLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension PostgresServer {
    /// Settings for a pool on this server.
    func settings(database: String = "postgres") -> PostgresSettings {
        PostgresSettings(
            hosts: [PostgresHost(host: "127.0.0.1", port: port)], database: database, user: "postgres",
            applicationName: "tests")
    }

    /// Runs `body` with a running pool on a fresh database.
    func withPool<Value: Sendable>(
        _ change: (inout PostgresSettings) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = try self.settings(database: makeDatabase())
        change(&settings)
        return try await withRunningPool(settings) { pool in
            await pool.waitUntilReady()
            return try await body(pool)
        }
    }

    /// Waits until a statement of this text is being executed.
    func waitUntilRunning(_ text: String) async throws {
        try await eventually("\(text) runs") {
            try execute(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%\(text)%' AND state = 'active'"
                    + " AND pid <> pg_backend_pid()", in: "postgres") != "0"
        }
    }
}

/// Runs `body` with a running pool.
func withRunningPool<Value>(
    _ settings: PostgresSettings, _ body: (PostgresPool) async throws -> Value
) async throws -> Value {
    let pool = PostgresPool(settings: settings, loop: testLoop, logger: testLogger)
    let running = Task { await pool.run() }
    defer { running.cancel() }
    return try await body(pool)
}

/// The failure that `body` throws.
func caught(_ body: () async throws -> Void) async throws -> PostgresFailure {
    do {
        try await body()
    } catch let failure as PostgresFailure {
        return failure
    }
    throw NeverHappened(what: "a PostgresFailure")
}
