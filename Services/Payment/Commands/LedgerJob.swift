import Logging
import Postgres
import ServiceRuntime
import SocketLoop
import Telemetry

/// A job of a moment on the ledger, with the service's login.
enum LedgerJob {
    static func run<Value: Sendable>(
        name: String, _ job: @escaping @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = ServiceRuntime.settingsOrExit { PaymentDatabases.ledger($0) }
        settings.connectionsMax = 1
        settings.applicationName = "payment-\(name)"
        settings.connectionWaitMilliseconds = 10_000
        settings.deadlineMilliseconds = 300_000
        settings.statementTimeoutMilliseconds = 300_000
        settings.silenceMaxMilliseconds = 300_000
        Telemetry.bootstrap(service: "payment-\(name)", level: .warning)
        let pool = PostgresPool(settings: settings, loop: SocketLoop(), logger: Logger(label: name))
        return try await pool.whileRunning { try await job(pool) }
    }
}
