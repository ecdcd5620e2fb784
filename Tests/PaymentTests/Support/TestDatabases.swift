import LedgerStore
import Logging
import Postgres
import SocketLoop
import TestSupport

let testLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
let testLoop = SocketLoop(name: "payment-tests")

/// A server with a migrated ledger and a sandbox's book to copy, and the service's login.
actor TestDatabases {
    static let serviceRole = "payment_test_service"
    private static let ledgerTemplate = "payment_ledger_template"
    private static let bookTemplate = "payment_book_template"
    private static let preparation = Task { try await TestDatabases().prepared() }

    nonisolated let server: PostgresServer
    private var count = 0

    private init() throws {
        server = try .shared()
    }

    /// The one of this test process.
    static func shared() async throws -> TestDatabases { try await preparation.value }

    private func prepared() async throws -> TestDatabases {
        for name in [Self.ledgerTemplate, Self.bookTemplate] {
            try server.execute("CREATE DATABASE \(name)", in: "postgres")
        }
        try await withPool(Self.ledgerTemplate, user: "postgres") { pool in
            _ = try await Migrator(pool: pool, logger: testLogger).migrate()
        }
        try await withPool(Self.bookTemplate, user: "postgres") { pool in
            try await SandboxBookStore(pool: pool).migrate()
            // Repeatable: whoever deploys runs it each time.
            try await SandboxBookStore(pool: pool).migrate()
        }
        try server.execute("CREATE ROLE \(Self.serviceRole) LOGIN IN ROLE box_office_service", in: "postgres")
        try await eventually("nobody is in the templates") {
            try server.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'payment_%_template'", in: "postgres") == "0"
        }
        return self
    }

    /// A ledger and a book of their own.
    func make() throws -> (ledger: String, book: String) {
        count += 1
        let names = (ledger: "payment_ledger_\(count)", book: "payment_book_\(count)")
        try server.execute("CREATE DATABASE \(names.ledger) TEMPLATE \(Self.ledgerTemplate)", in: "postgres")
        try server.execute("CREATE DATABASE \(names.book) TEMPLATE \(Self.bookTemplate)", in: "postgres")
        return names
    }

    /// Runs `body` with a running pool.
    nonisolated func withPool<Value: Sendable>(
        _ database: String, user: String = serviceRole, connections: Int = 4, of process: PaymentProcessID? = nil,
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = PostgresSettings(
            hosts: [PostgresHost(host: "127.0.0.1", port: server.port)], database: database, user: user,
            applicationName: "payment-tests")
        settings.connectionsMax = connections
        settings.deadlineMilliseconds = 60_000
        settings.statementTimeoutMilliseconds = 60_000
        settings.connectionWaitMilliseconds = 20_000
        if let process { settings = PaymentProcessesStore.settings(settings, of: process) }
        let pool = PostgresPool(settings: settings, loop: testLoop, logger: testLogger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            await pool.waitUntilReady()
            return try await body(pool)
        }
    }
}
