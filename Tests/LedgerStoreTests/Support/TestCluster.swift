import LedgerStore
import Logging
import Postgres
import SocketLoop
import TestSupport

let testLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
let testLoop = SocketLoop(name: "ledger-tests")
let otherTestLoop = SocketLoop(name: "ledger-tests-2")

/// A server with the two logins of a deployment and a migrated database to copy.
actor TestCluster {
    static let ownerRole = "test_owner"
    static let serviceRole = "test_service"
    private static let migrated = "migrated"

    private static let preparation = Task { try await TestCluster(server: .shared()).prepare() }

    let server: PostgresServer
    private var databaseCount = 0

    init(server: PostgresServer) {
        self.server = server
    }

    /// The cluster that all suites share.
    static func shared() async throws -> TestCluster { try await preparation.value }

    /// Makes the logins and migrates once.
    func prepare() async throws -> TestCluster {
        try server.execute("CREATE ROLE \(Self.ownerRole) LOGIN CREATEROLE", in: "postgres")
        try server.execute("CREATE ROLE \(Self.serviceRole) LOGIN", in: "postgres")
        try server.execute("CREATE DATABASE \(Self.migrated) OWNER \(Self.ownerRole)", in: "postgres")
        try await withPool(database: Self.migrated, user: Self.ownerRole) { pool in
            _ = try await Migrator(pool: pool, logger: testLogger).migrate()
        }
        try server.execute("GRANT box_office_service TO \(Self.serviceRole)", in: "postgres")
        try await eventually("nobody is in the migrated database") {
            try server.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(Self.migrated)'", in: "postgres") == "0"
        }
        return self
    }

    /// A migrated database of its own.
    func makeLedgerDatabase() throws -> String {
        databaseCount += 1
        let name = "ledger_\(databaseCount)"
        try server.execute(
            "CREATE DATABASE \(name) OWNER \(Self.ownerRole) TEMPLATE \(Self.migrated)", in: "postgres")
        return name
    }

    /// A database without a schema.
    func makeEmptyDatabase() throws -> String {
        databaseCount += 1
        let name = "empty_\(databaseCount)"
        try server.execute("CREATE DATABASE \(name) OWNER \(Self.ownerRole)", in: "postgres")
        return name
    }

    /// Runs `body` with a running pool.
    nonisolated func withPool<Value: Sendable>(
        database: String, user: String, loop: SocketLoop = testLoop, connections: Int = 4,
        _ body: @Sendable (PostgresPool) async throws -> Value
    ) async throws -> Value {
        var settings = PostgresSettings(
            hosts: [PostgresHost(host: "127.0.0.1", port: server.port)], database: database, user: user,
            applicationName: "ledger-tests")
        settings.connectionsMax = connections
        settings.deadlineMilliseconds = 60_000
        settings.connectionWaitMilliseconds = 60_000
        settings.statementTimeoutMilliseconds = 60_000
        let pool = PostgresPool(settings: settings, loop: loop, logger: testLogger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            return try await body(pool)
        }
    }
}
