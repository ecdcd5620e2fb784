import Foundation
import Postgres
import TestSupport
import Testing

@testable import LedgerStore

@Suite struct MigratorTests {
    @Test func `every file is a migration, in order and without gaps`() throws {
        let folder = Self.sources.appending(path: "Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        #expect(Migration.all.map(\.version) == (1...Int32(files.count)).map { $0 })
        for (migration, file) in zip(Migration.all, files) {
            let number = String(repeating: "0", count: 4 - "\(migration.version)".count) + "\(migration.version)"
            #expect(file == "\(number)_\(migration.name).sql")
            #expect(try String(contentsOf: folder.appending(path: file), encoding: .utf8) == migration.sql)
        }
        #expect(SchemaVersion.required == Migration.all.last?.version)
    }

    @Test func `every file of queries is embedded, and no statement is left out`() throws {
        let folder = Self.sources.appending(path: "Queries")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        var headings = 0
        for file in files {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            headings += text.split(separator: "\n").count { $0.hasPrefix("-- statement: ") }
        }
        #expect(files.count == QueryFiles.all.count)
        #expect(StatementLibrary.all.count == headings)
        #expect(StatementLibrary.all.allSatisfy { !$0.sql.isEmpty })
    }

    @Test func `a statement that changes rows is not taken for a reading`() {
        let words = ["INSERT INTO", "UPDATE ", "DELETE FROM"]
        for statement in StatementLibrary.all where words.contains(where: statement.sql.contains) {
            let isLockOnly = !words.contains { word in
                statement.sql.replacingOccurrences(of: "FOR UPDATE ", with: "").contains(word)
            }
            #expect(statement.mayWrite || isLockOnly, "\(statement.name)")
        }
    }

    @Test func `a second time does nothing`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            let before = try await SchemaVersion.current(in: pool)
            #expect(before == 0)
            #expect(try await migrator.migrate() == Migration.all.map(\.version))
            #expect(try await migrator.migrate() == [])
            #expect(try await SchemaVersion.current(in: pool) == SchemaVersion.required)
        }
    }

    @Test func `several at once do it once`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let applied = try await withThrowingTaskGroup(of: [Int32].self) { group in
                for _ in 0..<4 {
                    group.addTask { try await Migrator(pool: pool, logger: testLogger).migrate() }
                }
                var applied: [Int32] = []
                for try await versions in group { applied += versions }
                return applied
            }
            #expect(applied == Migration.all.map(\.version))
        }
    }

    @Test func `a file that was changed afterwards is refused`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            try await migrator.migrate()
            var known = Migration.all
            known[0] = Migration(1, "tables", Array("SELECT 1".utf8))
            await #expect(throws: MigrationFailure.self) { _ = try await migrator.migrate(to: known) }
        }
    }

    @Test func `a newer database is refused, and serves`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            try await migrator.migrate()
            let newer = SchemaVersion.required + 1
            try cluster.server.execute(
                "INSERT INTO schema_migration VALUES (\(newer), 'newer', sha256(''))", in: database)
            await #expect(throws: MigrationFailure.self) { _ = try await migrator.migrate() }
            #expect(SchemaVersion.fits(newer))
            #expect(!SchemaVersion.fits(SchemaVersion.required - 1))
        }
    }

    @Test func `a migration that fails leaves nothing behind`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            let next = SchemaVersion.required + 1
            let bad = Migration(next, "bad", Array("CREATE TABLE half (); SELECT no_such_column FROM half;".utf8))
            await #expect(throws: MigrationFailure.self) { _ = try await migrator.migrate(to: Migration.all + [bad]) }
            let isGone = try cluster.server.execute("SELECT to_regclass('half') IS NULL", in: database)
            #expect(isGone == "t")
            #expect(try await SchemaVersion.current(in: pool) == SchemaVersion.required)
        }
    }

    @Test func `a migration that met a deadlock is tried again`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            try await migrator.migrate()
            try cluster.server.execute(
                "CREATE SEQUENCE tries; GRANT ALL ON SEQUENCE tries TO \(TestCluster.ownerRole)", in: database)
            let next = SchemaVersion.required + 1
            // A sequence counts on whatever is undone.
            let unlucky = Migration(
                next, "unlucky",
                Array(
                    """
                    CREATE TABLE crossed ();
                    DO $$ BEGIN
                        IF nextval('tries') < 3 THEN
                            RAISE EXCEPTION 'somebody was quicker' USING ERRCODE = 'deadlock_detected';
                        END IF;
                    END $$
                    """.utf8))
            #expect(try await migrator.migrate(to: Migration.all + [unlucky]) == [next])
            #expect(try cluster.server.execute("SELECT last_value FROM tries", in: database) == "3")
        }
    }

    @Test func `the seats' tables are changed while batches run`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            let migrator = Migrator(pool: pool, logger: testLogger)
            _ = try await migrator.migrate(to: Migration.all.filter { $0.version < 21 })
            let waiting = """
                SELECT count(*) FROM pg_stat_activity WHERE datname = '\(database)' AND wait_event_type = 'Lock'
                """
            // A batch takes the performance, and then looks at its seats.
            let take = Statement(name: "test_take", sql: "SELECT FROM performance FOR NO KEY UPDATE")
            let look = Statement(name: "test_look", sql: "SELECT FROM seat")
            let migrating = try await pool.transaction { batch in
                _ = try await batch.execute(take)
                let migrating = Task { try await migrator.migrate() }
                try await eventually("the migration waits for the batch") {
                    try cluster.server.execute(waiting, in: database) == "1"
                }
                _ = try await batch.execute(look)
                return migrating
            }
            #expect(try await migrating.value.contains(21))
        }
    }

    @Test func `a service waits until the schema is there`() async throws {
        try await Self.withEmptyDatabase { cluster, database, pool in
            async let waiting: Void = SchemaVersion.waitUntilItFits(pool)
            try await Migrator(pool: pool, logger: testLogger).migrate()
            await waiting
        }
    }

    @Test func `there is a partition for this month and the next three`() async throws {
        try await TestLedger.with { ledger in
            let partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'seat'::regclass"
            #expect(try await ledger.execute(count: partitions) == 5)
            let performance = try await ledger.makePerformance()
            let partition = try await ledger.execute(
                "SELECT DISTINCT tableoid::regclass FROM seat WHERE performance_id = '\(performance)'")
            let month = try await ledger.execute("SELECT to_char(now() AT TIME ZONE 'UTC', '\"seat_\"YYYY_MM')")
            #expect(partition == month)
            let options = try await ledger.execute("SELECT reloptions FROM pg_class WHERE relname = '\(partition)'")
            #expect(options == "{fillfactor=40}")
            let analyzed = "SELECT count(*) > 0 FROM pg_stats WHERE tablename = '\(partition)'"
            #expect(try await ledger.execute(analyzed) == "t")
        }
    }

    @Test func `a month whose seats went to the default partition stays there, and migrating goes on`() async throws {
        try await TestLedger.with { ledger in
            let month = try await ledger.execute("SELECT to_char(now() AT TIME ZONE 'UTC', '\"seat_\"YYYY_MM')")
            try await ledger.execute("DROP TABLE \(month)")
            let performance = try await ledger.makePerformance()
            #expect(try await ledger.execute(count: "SELECT keep_seat_partitions(4)") == 1)
            let partition = try await ledger.execute(
                "SELECT DISTINCT tableoid::regclass FROM seat WHERE performance_id = '\(performance)'")
            #expect(partition == "seat_default")
        }
    }

    @Test func `what a CHECK refused before its column had a domain is refused still`() async throws {
        try await TestLedger.with { ledger in
            let performance = try await ledger.makePerformance()
            let mine = wish([0])
            _ = try await PerformanceDoor(pool: ledger.pool).hold(mine, in: performance)
            let refused = [
                "UPDATE hold SET state = 'lost'", "UPDATE hold SET expires_at = created_at",
                "UPDATE hold SET extended_until = created_at", "UPDATE hold SET seat_indexes = '{}'",
                "UPDATE hold SET subtotal_minor = -1", "UPDATE performance SET sale_state = 'gone'",
                "UPDATE performance SET hold_seconds = 0", "UPDATE performance SET currency = 'won'",
                "UPDATE performance SET unsold_count = seat_count + 1", "UPDATE performance SET refunded_seats = 1",
                "UPDATE performance SET cool_down_seconds_max = 86401",
                "UPDATE performance SET waiting_list_offer_seconds = 29",
                "UPDATE performance SET chain_hash = 'short'", "UPDATE seat_change SET changes = '{}'",
                "UPDATE seat SET held_until = NULL WHERE state = 1", "UPDATE seat SET state = 2 WHERE state = 1",
                "UPDATE seat SET state = 0 WHERE state = 1", "UPDATE seat SET state = 4 WHERE state = 0",
                "UPDATE seat SET order_id = hold_id WHERE state = 1",
            ]
            for statement in refused {
                await #expect(throws: (any Error).self, "\(statement)") { try await ledger.execute(statement) }
            }
            #expect(try await ledger.execute("UPDATE hold SET extended_until = NULL").isEmpty)
        }
    }

    // To write the file anew after a migration was added: BOXOFFICE_WRITE_SCHEMA=1 and run this test.
    @Test func `schema.sql is the migrated database`() async throws {
        try await TestLedger.with { ledger in
            let file = Self.sources.appending(path: "schema.sql")
            let title =
                "-- What the migrations add up to, as pg_dump writes it; the seats' monthly partitions left out.\n"
            let schema = title + (try ledger.cluster.server.schema(of: ledger.database, excluding: "seat_2*"))
            if ProcessInfo.processInfo.environment["BOXOFFICE_WRITE_SCHEMA"] == "1" {
                try schema.write(to: file, atomically: true, encoding: .utf8)
            }
            #expect(try String(contentsOf: file, encoding: .utf8) == schema)
        }
    }

    private static let sources = URL(filePath: #filePath)
        .deletingLastPathComponent().appending(path: "../../Shared/LedgerStore").standardizedFileURL

    private static func withEmptyDatabase(
        _ body: @Sendable (TestCluster, String, PostgresPool) async throws -> Void
    ) async throws {
        let cluster = try await TestCluster.shared()
        let database = try await cluster.makeEmptyDatabase()
        try await cluster.withPool(database: database, user: TestCluster.ownerRole) { pool in
            try await body(cluster, database, pool)
        }
    }
}
