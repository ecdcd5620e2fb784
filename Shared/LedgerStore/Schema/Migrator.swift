public import Logging
public import Postgres

/// Brings a database to the schema that this executable needs: forward only, safe to repeat and to run twice at once.
/// Its pool logs in as the owner's role.
public struct Migrator: Sendable {
    /// Limits of a migration, each with its default beside it.
    public struct Settings: Sendable {
        /// How long to wait for another migration to end.
        public var lockSecondsMax = 120
        /// How long a command may wait for a table's lock before the migration is tried again: sales wait behind it.
        public var tableLockMilliseconds = 2_000
        /// How often a migration is tried that did not get its tables' locks, or not without a deadlock.
        public var triesMax = 20
        /// Monthly partitions of the seats kept ahead: an update of seats opens all that there are, so few. Whoever does
        /// not migrate for longer has later months' seats in the default partition, where they stay.
        public var partitionMonthsAhead = 3

        public init() {}
    }

    private let pool: PostgresPool
    private let settings: Settings
    private let logger: Logger

    // Any number, as long as nothing else in the database takes the same advisory lock.
    private static let advisoryLock: Int64 = 0x426F_784F_6666_6963
    private static let tryLock = StatementLibrary.statement("migration_try_lock")
    private static let exists = StatementLibrary.statement("schema_exists")
    private static let applied = StatementLibrary.statement("schema_applied")

    public init(pool: PostgresPool, settings: Settings = Settings(), logger: Logger) {
        self.pool = pool
        self.settings = settings
        self.logger = logger
    }

    /// Applies what is missing and makes the coming months' partitions. Returns the versions that it applied.
    @discardableResult
    public func migrate() async throws -> [Int32] {
        try await migrate(to: Migration.all)
    }

    func migrate(to known: [Migration]) async throws -> [Int32] {
        try await pool.withConnection { session in
            // The pool's limits are for serving. Here a command may take long, but must not wait long.
            try await session.executeScript(
                "SET statement_timeout = 0; SET lock_timeout = \(settings.tableLockMilliseconds)")
            try await takeLock(session)
            let pending = try MigrationPlan.pending(of: known, applied: try await applied(session))
            for migration in pending { try await apply(migration, session) }
            try await retrying(version: SchemaVersion.required, name: "seat partitions") {
                () async throws(PostgresFailure) in
                try await session.executeScript("SELECT keep_seat_partitions(\(settings.partitionMonthsAhead))")
            }
            return pending.map(\.version)
        }
    }

    // The lock belongs to the session and ends with it. It is tried in a loop and not waited for: a waiting statement
    // would hold a snapshot open, which keeps concurrent index builds of another migration from ever ending.
    private func takeLock(_ session: PostgresSession) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(settings.lockSecondsMax)
        var pauseMilliseconds = 10
        while try await session.execute(Self.tryLock, [Self.advisoryLock]).first?.decode(Bool.self, at: 0) != true {
            guard clock.now < deadline else {
                throw MigrationFailure.lockNotTaken(afterSeconds: settings.lockSecondsMax)
            }
            try await Task.sleep(for: .milliseconds(pauseMilliseconds))
            pauseMilliseconds = min(pauseMilliseconds * 2, 500)
        }
    }

    private func applied(_ session: PostgresSession) async throws -> [MigrationPlan.Applied] {
        guard try await session.execute(Self.exists).first?.decode(Bool.self, at: 0) == true else { return [] }
        return try await session.execute(Self.applied).map { row in
            MigrationPlan.Applied(version: try row.decode(at: 0), checksum: try row.decode(at: 1))
        }
    }

    private func apply(_ migration: Migration, _ session: PostgresSession) async throws {
        let checksum = migration.checksum.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        try await retrying(version: migration.version, name: migration.name) { () async throws(PostgresFailure) in
            // One script is one transaction: the commands and the row that says that they were done.
            try await session.executeScript(
                """
                \(migration.sql)
                ;INSERT INTO schema_migration (version, name, checksum)
                VALUES (\(migration.version), '\(migration.name)', '\\x\(checksum)');
                """)
        }
        logger.info("migrated", metadata: ["version": "\(migration.version)", "migration": "\(migration.name)"])
    }

    private func retrying(
        version: Int32, name: String, _ work: () async throws(PostgresFailure) -> Void
    ) async throws(MigrationFailure) {
        for attempt in 1... {
            do throws(PostgresFailure) {
                return try await work()
            } catch {
                // lock_timeout, and a deadlock with somebody who takes tables in another order: all of it was undone.
                guard ["55P03", "40P01"].contains(error.sqlState), attempt < settings.triesMax else {
                    throw .failed(version: version, name: name, error)
                }
            }
        }
    }
}
