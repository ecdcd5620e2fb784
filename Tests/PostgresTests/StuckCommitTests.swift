import Postgres
import TestSupport
import Testing

/// Commits that wait for a standby which is away. Each test has a server of its own.
@Suite(.serialized) struct StuckCommitTests {
    let one = Statement(name: "one", sql: "SELECT 1", isRepeatable: true)
    let insert = Statement(name: "insert", sql: "INSERT INTO thing VALUES (1)")

    /// A server whose commits wait until `letCommitsEnd`.
    private func stuckServer() throws -> PostgresServer {
        let server = try PostgresServer(settings: ["synchronous_standby_names='nobody'"])
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        return server
    }

    private func letCommitsEnd(_ server: PostgresServer) throws {
        try server.execute("ALTER SYSTEM SET synchronous_standby_names = ''", in: "postgres")
        try server.execute("SELECT pg_reload_conf()", in: "postgres")
    }

    private func count(_ server: PostgresServer) throws -> String {
        try server.execute("SELECT count(*) FROM thing", in: "postgres")
    }

    private func settings(of server: PostgresServer) -> PostgresSettings {
        var settings = server.settings()
        settings.silenceMaxMilliseconds = 60_000
        settings.deadlineMilliseconds = 60_000
        settings.statementTimeoutMilliseconds = 60_000
        return settings
    }

    @Test func `a stuck commit is unknown, then writes are refused and readings served until commits end`() async throws
    {
        let server = try stuckServer()
        try await withRunningPool(settings(of: server)) { pool in
            await pool.waitUntilReady()
            async let single = caught { _ = try await pool.execute(insert) }
            async let inTransaction = caught { try await pool.transaction { _ = try await $0.execute(insert) } }
            let failures = try await [single, inTransaction]
            let unknown = failures.filter(\.isOutcomeUnknown)
            // On a machine that is busy one of them comes when writes are refused already.
            #expect(!unknown.isEmpty && unknown.allSatisfy { !$0.isRetrySafe })
            #expect(failures.allSatisfy { $0.isOutcomeUnknown || $0.kind == .writesSuspended })
            #expect(pool.writesSuspendedReason != nil)
            #expect(await pool.load().areWritesSuspended)
            // More readings than one stuck connection could keep waiting.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { _ = try await pool.execute(one) } }
                try await group.waitForAll()
            }
            let refused = try await caught { _ = try await pool.execute(insert) }
            #expect(refused.kind == .writesSuspended && refused.isRetrySafe && !refused.isOutcomeUnknown)
            let refusedTransaction = try await caught {
                try await pool.transaction { _ = try await $0.execute(insert) }
            }
            #expect(refusedTransaction.kind == .writesSuspended && !refusedTransaction.isOutcomeUnknown)
            #expect(pool.isReady)

            try letCommitsEnd(server)
            try await eventually("writes are taken again") { pool.writesSuspendedReason == nil }
            _ = try await pool.execute(insert)
            // Those that nobody knew of were committed: nothing had cancelled them.
            #expect(try count(server) == "\(unknown.count + 1)")
            #expect(await pool.load().writeSuspensions == 1)
        }
        server.process.kill()
    }

    @Test func `a confirmed reading does not answer from a server that can't commit`() async throws {
        let server = try stuckServer()
        try await withRunningPool(settings(of: server)) { pool in
            await pool.waitUntilReady()
            #expect(try await pool.execute(one).count == 1)
            let failure = try await caught { _ = try await pool.executeConfirmed(one) }
            #expect(failure.isRetrySafe && !failure.isOutcomeUnknown)
            try letCommitsEnd(server)
            try await eventually("writes are taken again") { pool.writesSuspendedReason == nil }
            #expect(try await pool.executeConfirmed(one).count == 1)
        }
        server.process.kill()
    }

    @Test func `a transaction that comes to its COMMIT while commits are stuck is undone`() async throws {
        let server = try stuckServer()
        try await withRunningPool(settings(of: server)) { pool in
            await pool.waitUntilReady()
            let undone = try await caught {
                try await pool.transaction { transaction in
                    _ = try await transaction.execute(one)
                    async let stuck = caught { _ = try await pool.execute(insert) }
                    _ = try await stuck
                    try await eventually("writes are refused") { pool.writesSuspendedReason != nil }
                }
            }
            #expect(undone.isRetrySafe && !undone.isOutcomeUnknown)
            try letCommitsEnd(server)
            try await eventually("writes are taken again") { pool.writesSuspendedReason == nil }
            #expect(try count(server) == "1")
        }
        server.process.kill()
    }

    @Test func `who waits for a lock is not taken for stuck`() async throws {
        let server = try PostgresServer()
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        try await withRunningPool(settings(of: server)) { pool in
            await pool.waitUntilReady()
            let lock = Statement(name: "lock", sql: "LOCK TABLE thing")
            let slow = Statement(name: "slow", sql: "SELECT pg_sleep(1)", isRepeatable: true)
            let waiting = try await pool.transaction { transaction in
                try await transaction.execute(lock)
                let waiting = Task { try await pool.execute(insert) }
                // Twice as long as nobody doubts.
                try await transaction.execute(slow)
                return waiting
            }
            _ = try await waiting.value
            #expect(await pool.load().writeSuspensions == 0)
            #expect(try count(server) == "1")
        }
        server.process.kill()
    }

    @Test func `a frozen server has writes refused, and taken again when it goes on`() async throws {
        let server = try PostgresServer()
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        try await withRunningPool(settings(of: server)) { pool in
            await pool.waitUntilReady()
            server.process.freeze()
            let unknown = try await caught { _ = try await pool.execute(insert) }
            #expect(unknown.isOutcomeUnknown)
            let refused = try await caught { _ = try await pool.execute(insert) }
            #expect(refused.kind == .writesSuspended)
            server.process.thaw()
            try await eventually("writes are taken again") { pool.writesSuspendedReason == nil }
            _ = try await pool.execute(insert)
            try await eventually("both are there") { try count(server) == "2" }
        }
        server.process.kill()
    }

    @Test func `when another server takes over from a frozen one, writes go there`() async throws {
        let frozen = try PostgresServer()
        try frozen.startAndWait()
        let next = try PostgresServer(settings: ["default_transaction_read_only=on"])
        try next.startAndWait()
        for server in [frozen, next] {
            try server.execute("BEGIN READ WRITE; CREATE TABLE thing (id int); COMMIT", in: "postgres")
        }
        var settings = settings(of: frozen)
        settings.hosts.append(PostgresHost(host: "127.0.0.1", port: next.port))
        settings.connectTimeoutMilliseconds = 300
        try await withRunningPool(settings) { pool in
            await pool.waitUntilReady()
            frozen.process.freeze()
            #expect(try await caught { _ = try await pool.execute(insert) }.isOutcomeUnknown)
            try next.execute("ALTER SYSTEM SET default_transaction_read_only = off", in: "postgres")
            try next.execute("SELECT pg_reload_conf()", in: "postgres")
            try await eventually("writes are taken again") { pool.writesSuspendedReason == nil }
            _ = try await pool.execute(insert)
            #expect(try count(next) == "1")
        }
        frozen.process.kill()
        next.process.kill()
    }
}
