import ArgumentParser
import LedgerStore
import Logging
import Postgres
import ServiceRuntime
import SocketLoop
import Telemetry

/// Makes the tables of the sandbox provider's book; repeatable.
struct SandboxMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox-migrate", abstract: "Make the tables of the sandbox provider's own book.")

    func run() async throws {
        let settings = ServiceRuntime.settingsOrExit { PaymentDatabases.sandboxBookAsOwner($0) }
        Telemetry.bootstrap(service: "payment-sandbox-migrate")
        let pool = PostgresPool(settings: settings, loop: SocketLoop(), logger: Logger(label: "sandbox-migrate"))
        try await pool.whileRunning {
            try await SandboxBookStore(pool: pool).migrate()
        }
        print("the sandbox's book is ready")
    }
}
