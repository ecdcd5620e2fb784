import ArgumentParser
import LedgerStore
import Logging
import Postgres
import ServiceRuntime
import SocketLoop
import Telemetry
import Wire

/// Proves that nothing is wrong with the books, or tells what is.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove the ledger on one snapshot: exit code 0 when nothing is wrong, else 1.")

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let (ledger, sandbox) = ServiceRuntime.settingsOrExit {
            (PaymentDatabases.ledger($0), PaymentDatabases.sandboxBook($0))
        }
        Telemetry.bootstrap(service: "payment-audit", level: .warning)
        let logger = Logger(label: "audit")
        let loop = SocketLoop()
        let ledgerPool = PostgresPool(settings: Self.patient(ledger), loop: loop, logger: logger)
        let bookPool = PostgresPool(settings: Self.patient(sandbox), loop: loop, logger: logger)
        let report = try await ledgerPool.whileRunning {
            try await bookPool.whileRunning {
                try await Audit(
                    store: AuditStore(pool: ledgerPool), payments: PaymentsStore(pool: ledgerPool),
                    book: SandboxBookStore(pool: bookPool)
                ).report()
            }
        }
        print(json ? String(decoding: try WireJSON.encode(report), as: UTF8.self) : report.text)
        throw ExitCode(report.exitCode)
    }

    /// The service's limits are for serving; an audit reads everything.
    private static func patient(_ serving: PostgresSettings) -> PostgresSettings {
        var settings = serving
        settings.connectionsMax = 2
        settings.applicationName = "payment-audit"
        settings.connectionWaitMilliseconds = 10_000
        settings.deadlineMilliseconds = 3_600_000
        settings.statementTimeoutMilliseconds = 3_600_000
        settings.idleInTransactionTimeoutMilliseconds = 600_000
        settings.silenceMaxMilliseconds = 3_600_000
        return settings
    }
}
