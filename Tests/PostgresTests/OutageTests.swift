import Postgres
import TestSupport
import Testing

/// Each test has a server of its own, because it kills or freezes it.
@Suite(.serialized) struct OutageTests {
    let one = Statement(name: "one", sql: "SELECT 1", isRepeatable: true)
    let sleepThenWrite = Statement(name: "sleepThenWrite", sql: "INSERT INTO thing SELECT 1 FROM pg_sleep(60)")
    let sleep = Statement(name: "sleep", sql: "SELECT 1 FROM pg_sleep(60)", isRepeatable: true)

    private func waitUntilAnswering(_ pool: PostgresPool) async throws {
        try await eventually("the pool serves again") { (try? await pool.execute(one)) != nil }
    }

    /// Waits for commits however busy the machine is: two that are to be stuck both have to come that far.
    private func patient(_ server: PostgresServer) -> PostgresSettings {
        var settings = server.settings()
        settings.commitSlowMilliseconds = 60_000
        settings.silenceMaxMilliseconds = 60_000
        settings.deadlineMilliseconds = 60_000
        settings.statementTimeoutMilliseconds = 60_000
        return settings
    }

    @Test func `a pool starts before its server and serves when it is there`() async throws {
        let server = try PostgresServer()
        try await withRunningPool(server.settings()) { pool in
            let failure = try await caught { _ = try await pool.execute(one) }
            #expect(failure.kind == .notConnected)
            #expect(failure.isRetrySafe && !failure.isOutcomeUnknown)
            #expect(!pool.isReady)
            try await eventually("it says why") { pool.notReadyReason?.contains("refused") == true }
            try server.process.start()
            await pool.waitUntilReady()
            #expect(pool.isReady)
            #expect(pool.notReadyReason == nil)
            #expect(try await pool.execute(one).count == 1)
        }
        server.process.kill()
    }

    @Test func `a statement that waits for the first connection is served by it`() async throws {
        let server = try PostgresServer()
        var settings = server.settings()
        settings.connectionWaitMilliseconds = 30_000
        settings.deadlineMilliseconds = 30_000
        try await withRunningPool(settings) { pool in
            async let rows = pool.execute(one)
            try server.process.start()
            #expect(try await rows.count == 1)
        }
        server.process.kill()
    }

    @Test func `a killed server leaves a write unknown and a reading safe to repeat`() async throws {
        let server = try PostgresServer()
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        var settings = server.settings()
        settings.statementTimeoutMilliseconds = 60_000
        settings.deadlineMilliseconds = 60_000
        settings.silenceMaxMilliseconds = 60_000
        try await withRunningPool(settings) { pool in
            try await eventually("all connections are ready") {
                try server.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tests' AND state = 'idle'",
                    in: "postgres") == "4"
            }
            async let write = caught { _ = try await pool.execute(sleepThenWrite) }
            async let reading = caught { _ = try await pool.execute(sleep) }
            async let inTransaction = caught {
                try await pool.transaction { _ = try await $0.execute(sleepThenWrite) }
            }
            try await eventually("all three run") {
                try server.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'", in: "postgres") == "3"
            }
            server.process.kill()
            let failures = try await (write, reading, inTransaction)
            #expect(failures.0.kind == .connectionLost)
            #expect(failures.0.isOutcomeUnknown && !failures.0.isRetrySafe)
            #expect(failures.1.kind == .connectionLost)
            #expect(!failures.1.isOutcomeUnknown && failures.1.isRetrySafe)
            #expect(failures.2.kind == .connectionLost)
            #expect(!failures.2.isOutcomeUnknown && failures.2.isRetrySafe)
            try await eventually("the pool says that it is not ready") { !pool.isReady }
            try server.startAndWait()
            try await waitUntilAnswering(pool)
            let count = try await pool.execute(Statement(name: "count", sql: "SELECT count(*) FROM thing"))
            #expect(try count[0].decode(Int.self, at: 0) == 0)
        }
        server.process.kill()
    }

    @Test func `a backend that is ended tells that nothing was done`() async throws {
        let server = try PostgresServer.shared()
        try await server.withPool { pool in
            async let ended = caught { _ = try await pool.execute(Statement(name: "s", sql: "SELECT pg_sleep(61)")) }
            try await server.waitUntilRunning("pg_sleep(61)")
            try server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(61)%'"
                    + " AND pid <> pg_backend_pid()", in: "postgres")
            let failure = try await ended
            #expect(failure.sqlState == "57P01")
            #expect(failure.isRetrySafe && !failure.isOutcomeUnknown)
            try await waitUntilAnswering(pool)
        }
    }

    @Test func `a server killed during a COMMIT leaves it unknown`() async throws {
        let server = try PostgresServer(settings: ["synchronous_standby_names='nobody'"])
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        let insert = Statement(name: "insert", sql: "INSERT INTO thing VALUES (1)")
        try await withRunningPool(patient(server)) { pool in
            await pool.waitUntilReady()
            async let commit = caught { try await pool.transaction { _ = try await $0.execute(insert) } }
            async let single = caught { _ = try await pool.execute(insert) }
            try await eventually("both commits wait") { try server.countWaitingForStandby() == 2 }
            server.process.kill()
            for failure in try await [commit, single] {
                #expect(failure.kind == .connectionLost)
                #expect(failure.isOutcomeUnknown && !failure.isRetrySafe)
            }
        }
    }

    @Test func `a COMMIT whose wait for the standby was cancelled is uncertain`() async throws {
        let server = try PostgresServer(settings: ["synchronous_standby_names='nobody'"])
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        let insert = Statement(name: "insert", sql: "INSERT INTO thing VALUES (1)")
        try await withRunningPool(patient(server)) { pool in
            await pool.waitUntilReady()
            async let commit = caught { try await pool.transaction { _ = try await $0.execute(insert) } }
            async let single = caught { _ = try await pool.execute(insert) }
            try await eventually("both commits wait") { try server.countWaitingForStandby() == 2 }
            try server.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", in: "postgres")
            for failure in try await [commit, single] {
                #expect(failure.kind == .commitUncertain)
                #expect(failure.isOutcomeUnknown && !failure.isRetrySafe)
            }
            // A warning of a function's own is none of this.
            try server.execute("ALTER SYSTEM SET synchronous_standby_names = ''", in: "postgres")
            try server.execute("SELECT pg_reload_conf()", in: "postgres")
            try await pool.executeScript(
                """
                CREATE FUNCTION warn() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN RAISE WARNING 'careful'; RETURN 1; END $$
                """)
            #expect(try await pool.execute(Statement(name: "warn", sql: "SELECT warn()")).count == 1)
        }
        server.process.kill()
    }

    @Test func `a deadline lets its caller go on, and the connection serves again`() async throws {
        let server = try PostgresServer.shared()
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            await pool.waitUntilReady()
            let slow = Statement(name: "slow", sql: "SELECT pg_sleep(1)")
            let before = ContinuousClock.now
            let inFlight = try await caught { _ = try await pool.execute(slow, deadline: .now + .milliseconds(100)) }
            #expect(inFlight.kind == .deadlineExceeded)
            #expect(inFlight.isOutcomeUnknown)
            #expect(ContinuousClock.now - before < .seconds(1))
            #expect(try await pool.execute(one).count == 1)
            let inTransaction = try await caught {
                try await pool.transaction(deadline: .now + .milliseconds(100)) { _ = try await $0.execute(slow) }
            }
            #expect(inTransaction.kind == .deadlineExceeded)
            #expect(!inTransaction.isOutcomeUnknown)
            #expect(try await pool.execute(one).count == 1)
        }
    }

    @Test func `a deadline that passes in the queue leaves nothing unknown`() async throws {
        let server = try PostgresServer.shared()
        try await server.withPool({
            $0.connectionsMax = 1
            $0.statementsInFlightPerConnectionMax = 1
        }) { pool in
            await pool.waitUntilReady()
            async let slow = pool.execute(Statement(name: "slow", sql: "SELECT pg_sleep(1)"))
            try await server.waitUntilRunning("pg_sleep(1)")
            let queued = try await caught {
                _ = try await pool.execute(
                    Statement(name: "write", sql: "SELECT 1"), deadline: .now + .milliseconds(50))
            }
            #expect(queued.kind == .deadlineExceeded)
            #expect(queued.isRetrySafe && !queued.isOutcomeUnknown)
            _ = try await slow
        }
    }

    @Test func `the server ends a statement that takes too long`() async throws {
        try await PostgresServer.shared().withPool({ $0.statementTimeoutMilliseconds = 100 }) { pool in
            let failure = try await caught { _ = try await pool.execute(sleep) }
            #expect(failure.sqlState == "57014")
        }
    }

    @Test func `a frozen server is noticed, and left when it stays silent`() async throws {
        let server = try PostgresServer()
        try server.startAndWait()
        var settings = server.settings()
        settings.silenceMaxMilliseconds = 500
        settings.connectTimeoutMilliseconds = 200
        try await withRunningPool(settings) { pool in
            try await waitUntilAnswering(pool)
            server.process.freeze()
            let write = Statement(name: "write", sql: "SELECT 2")
            let inTime = try await caught { _ = try await pool.execute(write, deadline: .now + .milliseconds(50)) }
            #expect(inTime.kind == .deadlineExceeded && inTime.isOutcomeUnknown)
            let late = try await caught { _ = try await pool.execute(write, deadline: .now + .seconds(20)) }
            #expect(late.kind == .connectionLost && late.isOutcomeUnknown)
            server.process.thaw()
            try await waitUntilAnswering(pool)
        }
        server.process.kill()
    }

    @Test func `a dead first host is passed over, and so is a standby`() async throws {
        let server = try PostgresServer.shared()
        let readOnly = try PostgresServer(settings: ["default_transaction_read_only=on"])
        try readOnly.startAndWait()
        var settings = server.settings()
        settings.hosts = [
            PostgresHost(host: "127.0.0.1", port: FreePort.find()),
            PostgresHost(host: "no-such-host.invalid"),
            // Nobody answers there: a test network of RFC 5737.
            PostgresHost(host: "192.0.2.1"),
            PostgresHost(host: "127.0.0.1", port: readOnly.port),
            PostgresHost(host: "localhost", port: server.port),
        ]
        settings.connectTimeoutMilliseconds = 300
        try await withRunningPool(settings) { pool in
            await pool.waitUntilReady()
            let port = try await pool.execute(
                Statement(name: "port", sql: "SELECT current_setting('port')"), deadline: .now + .seconds(20))
            #expect(try port[0].decode(String.self, at: 0) == String(server.port))
        }
        readOnly.process.kill()
    }

    @Test func `a connection to a primary that became read-only is replaced`() async throws {
        let server = try PostgresServer()
        try server.startAndWait()
        try server.execute("CREATE TABLE thing (id int)", in: "postgres")
        let insert = Statement(name: "insert", sql: "INSERT INTO thing VALUES (1)")
        try await withRunningPool(server.settings()) { pool in
            try await waitUntilAnswering(pool)
            try server.execute("ALTER SYSTEM SET default_transaction_read_only = on", in: "postgres")
            try server.execute("SELECT pg_reload_conf()", in: "postgres")
            try await eventually("writes are refused") { (try? await pool.execute(insert)) == nil }
            let failure = try await caught {
                for _ in 0..<100 { _ = try await pool.execute(insert) }
            }
            #expect(failure.isRetrySafe && !failure.isOutcomeUnknown)
            try server.execute("ALTER SYSTEM RESET default_transaction_read_only", in: "postgres")
            try server.execute("SELECT pg_reload_conf()", in: "postgres")
            try await eventually("writes are taken again") { (try? await pool.execute(insert)) != nil }
        }
        server.process.kill()
    }

    @Test func `a stopped pool lets its work end and refuses more`() async throws {
        let server = try PostgresServer.shared()
        let pool = PostgresPool(settings: server.settings(), loop: testLoop, logger: testLogger)
        let running = Task { await pool.run() }
        await pool.waitUntilReady()
        async let slow = pool.execute(Statement(name: "slow", sql: "SELECT pg_sleep(0.5)"))
        try await server.waitUntilRunning("pg_sleep(0.5)")
        running.cancel()
        #expect(try await slow.count == 1)
        await running.value
        #expect(!pool.isReady)
        let failure = try await caught { _ = try await pool.execute(one) }
        #expect(failure.kind == .notConnected)
    }

    @Test(arguments: [false, true])
    func `when a job has ended its pool has, however it ended`(isFailing: Bool) async throws {
        let server = try PostgresServer.shared()
        let pool = PostgresPool(settings: server.settings(), loop: testLoop, logger: testLogger)
        do {
            let count = try await pool.whileRunning {
                if isFailing { throw CancellationError() }
                return try await pool.execute(one).count
            }
            #expect(count == 1 && !isFailing)
        } catch is CancellationError {
            #expect(isFailing)
        }
        #expect(pool.notReadyReason == "stopping")
        let failure = try await caught { _ = try await pool.execute(one) }
        #expect(failure.kind == .notConnected)
    }

    @Test func `a lost connection ends its transaction, known to be undone`() async throws {
        let server = try PostgresServer.shared()
        try await server.withPool { pool in
            try await pool.executeScript("CREATE TABLE thing (id int)")
            let insert = Statement(name: "insert", sql: "INSERT INTO thing VALUES (1) RETURNING pg_backend_pid()")
            let failure = try await caught {
                try await pool.transaction { transaction in
                    let process = try await transaction.execute(insert)[0].decode(Int.self, at: 0)
                    try server.execute("SELECT pg_terminate_backend(\(process), 5000)", in: "postgres")
                }
            }
            #expect(failure.isRetrySafe && !failure.isOutcomeUnknown)
        }
    }
}

extension PostgresServer {
    fileprivate func countWaitingForStandby() throws -> Int {
        Int(try execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", in: "postgres")) ?? 0
    }
}
