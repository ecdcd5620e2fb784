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

    /// Runs `body` with a running pool on a fresh database, or on the one of the settings.
    func withPool<Value: Sendable>(
        _ settings: PostgresSettings? = nil, _ change: (inout PostgresSettings) -> Void = { _ in },
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = try settings ?? self.settings(database: makeDatabase())
        change(&settings)
        return try await withRunningPool(settings, body)
    }
}

func withRunningPool<Value: Sendable>(
    _ settings: PostgresSettings, _ body: @Sendable (PostgresPool) async throws -> Value
) async throws -> Value {
    let pool = PostgresPool(settings: settings, loop: testLoop, logger: testLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await pool.run() }
        defer { group.cancelAll() }
        return try await body(pool)
    }
}
