import Postgres
import TestSupport
import Testing

@Suite struct StatementTests {
    let server: PostgresServer

    init() throws {
        server = try .shared()
    }

    @Test func `a statement answers its rows`() async throws {
        let numbers = Statement(name: "numbers", sql: "SELECT n, n::text AS t FROM generate_series(1, $1) AS n")
        let rows = try await server.withPool { try await $0.execute(numbers, [3 as Int32]) }
        #expect(try rows.map { try $0.decode(Int.self, at: 0) } == [1, 2, 3])
        #expect(try rows.map { try $0.decode(String.self, named: "t") } == ["1", "2", "3"])
        #expect(rows.columnCount == 2)
        #expect(rows.affectedRowCount == 3)
    }

    @Test func `the session is set up as the settings say`() async throws {
        let settings = """
            SELECT current_setting('plan_cache_mode'), current_setting('statement_timeout'),
                   current_setting('idle_in_transaction_session_timeout'),
                   current_setting('default_transaction_isolation'), current_setting('application_name'),
                   current_setting('client_encoding')
            """
        let rows = try await server.withPool { try await $0.execute(Statement(name: "settings", sql: settings)) }
        let row = try #require(rows.first)
        let values = try (0..<6).map { try row.decode(String.self, at: $0) }
        #expect(values == ["force_generic_plan", "5s", "10s", "read committed", "tests", "UTF8"])
    }

    @Test func `a violated constraint is named and its neighbours are unharmed`() async throws {
        let insert = Statement(name: "insert", sql: "INSERT INTO thing (id) VALUES ($1)")
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            try await pool.executeScript("CREATE TABLE thing (id int CONSTRAINT thing_key PRIMARY KEY)")
            let outcomes = await withTaskGroup(of: (Int, PostgresFailure?).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        do {
                            // Each odd number is inserted twice.
                            try await pool.execute(insert, [Int32(number % 2 == 0 ? number : number / 4 * 4 + 1)])
                            return (number, nil)
                        } catch {
                            return (number, error as? PostgresFailure)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let failures = outcomes.compactMap(\.1)
            #expect(failures.count == 25)
            for failure in failures {
                #expect(failure.kind == .server(sqlState: "23505", constraint: "thing_key"))
                #expect(!failure.isRetrySafe && !failure.isOutcomeUnknown)
            }
            let count = try await pool.execute(Statement(name: "count", sql: "SELECT count(*) FROM thing"))
            #expect(try count.first?.decode(Int.self, at: 0) == 75)
        }
    }

    @Test func `a constraint that is checked at the commit fails its statement`() async throws {
        let insert = Statement(name: "insert", sql: "INSERT INTO child (parent) VALUES ($1)")
        try await server.withPool { pool in
            try await pool.executeScript(
                """
                CREATE TABLE parent (id int PRIMARY KEY);
                CREATE TABLE child (parent int CONSTRAINT has_parent REFERENCES parent
                    DEFERRABLE INITIALLY DEFERRED);
                """)
            let failure = try await caught { _ = try await pool.execute(insert, [1 as Int32]) }
            #expect(failure.kind == .server(sqlState: "23503", constraint: "has_parent"))
            #expect(!failure.isOutcomeUnknown)
        }
    }

    @Test func `statements on one connection are answered in their order`() async throws {
        let next = Statement(name: "next", sql: "INSERT INTO log (caller) VALUES ($1) RETURNING place")
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            try await pool.executeScript("CREATE TABLE log (place serial, caller int)")
            let places = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for caller in 0..<500 {
                    group.addTask {
                        let rows = try await pool.execute(next, [Int32(caller)])
                        return (caller, try rows[0].decode(Int.self, at: 0))
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
            }
            let rows = try await pool.execute(Statement(name: "all", sql: "SELECT caller, place FROM log"))
            for row in rows {
                let caller: Int = try row.decode(at: 0)
                #expect(places[caller] == (try row.decode(Int.self, at: 1)))
            }
            #expect(Set(places.values).count == 500)
        }
    }

    @Test func `a statement is prepared again when its table changed under it`() async throws {
        let all = Statement(name: "all", sql: "SELECT * FROM thing")
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            try await pool.executeScript("CREATE TABLE thing (id int); INSERT INTO thing VALUES (7)")
            #expect(try await pool.execute(all)[0].decode(Int.self, at: 0) == 7)
            try await server.changeTable(of: pool)
            let row = try await pool.execute(all)[0]
            #expect(try row.decode(String.self, named: "name") == "seven")
        }
    }

    @Test func `a statement that failed to prepare can be prepared later`() async throws {
        let count = Statement(name: "count", sql: "SELECT count(*) FROM late")
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            for _ in 0..<3 {
                let failure = try await caught { _ = try await pool.execute(count) }
                #expect(failure.sqlState == "42P01")
            }
            try await pool.executeScript("CREATE TABLE late (id int)")
            #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 0)
        }
    }

    @Test func `the same name with other types or other text is another statement`() async throws {
        try await server.withPool({ $0.connectionsMax = 1 }) { pool in
            let join = Statement(name: "echo", sql: "SELECT $1 || '!'")
            let joined = try await pool.execute(join, ["text"])[0].decode(String.self, at: 0)
            let plus = Statement(name: "echo", sql: "SELECT $1 + 1")
            let long = try await pool.execute(plus, [1 as Int64])[0].decode(Int.self, at: 0)
            let short = try await pool.execute(plus, [1 as Int16])[0].decode(Int.self, at: 0)
            #expect(joined == "text!")
            #expect((long, short) == (2, 2))
        }
    }

    @Test func `several statements together are done or undone together`() async throws {
        let insert = Statement(name: "insert", sql: "INSERT INTO thing (id) VALUES ($1) RETURNING id")
        try await server.withPool { pool in
            try await pool.executeScript("CREATE TABLE thing (id int PRIMARY KEY)")
            let rows = try await pool.execute(together: [
                PostgresCall(insert, [1 as Int32]), PostgresCall(insert, [2 as Int32]),
            ])
            #expect(try rows.map { try $0[0].decode(Int.self, at: 0) } == [1, 2])
            let failure = try await caught {
                _ = try await pool.execute(together: [
                    PostgresCall(insert, [3 as Int32]), PostgresCall(insert, [1 as Int32]),
                    PostgresCall(insert, [4 as Int32]),
                ])
            }
            #expect(failure.sqlState == "23505")
            let count = try await pool.execute(Statement(name: "count", sql: "SELECT count(*) FROM thing"))
            #expect(try count[0].decode(Int.self, at: 0) == 2)
        }
    }

    @Test func `a big answer arrives whole while others are served`() async throws {
        let big = Statement(name: "big", sql: "SELECT n, repeat('x', 100) FROM generate_series(1, 300000) AS n")
        let small = Statement(name: "small", sql: "SELECT 1")
        try await server.withPool { pool in
            async let rows = pool.execute(big)
            for _ in 0..<100 { _ = try await pool.execute(small) }
            let received = try await rows
            #expect(received.count == 300_000)
            #expect(try received[299_999].decode(Int.self, at: 0) == 300_000)
            #expect(try received[299_999].decode(String.self, at: 1).utf8.count == 100)
        }
    }

    @Test func `a large parameter is sent whole`() async throws {
        let length = Statement(name: "length", sql: "SELECT octet_length($1), cardinality($2)")
        try await server.withPool { pool in
            let bytes = [UInt8](repeating: 7, count: 20_000_000)
            let row = try await pool.execute(length, [bytes, Array(0..<1_000_000)], deadline: .now + .seconds(60))[0]
            #expect(try row.decode(Int.self, at: 0) == 20_000_000)
            #expect(try row.decode(Int.self, at: 1) == 1_000_000)
        }
    }

    @Test func `a text with U+0000 is refused before it is sent`() async throws {
        let echo = Statement(name: "echo", sql: "SELECT $1::text")
        try await server.withPool { pool in
            let failure = try await caught { try await pool.execute(echo, ["a\0b"]) }
            #expect(failure.kind == .unexpectedValue)
        }
    }

    @Test func `the queue is bounded`() async throws {
        let sleep = Statement(name: "sleep", sql: "SELECT pg_sleep(0.3)")
        try await server.withPool({
            $0.connectionsMax = 1
            $0.statementsInFlightPerConnectionMax = 1
            $0.queueMax = 2
        }) { pool in
            await pool.waitUntilReady()
            let kinds = await withTaskGroup(of: PostgresFailure.Kind?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do {
                            _ = try await pool.execute(sleep)
                            return nil
                        } catch {
                            return (error as? PostgresFailure)?.kind
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(kinds.contains(.poolExhausted))
            #expect(kinds.contains(nil))
            #expect(kinds.allSatisfy { $0 == nil || $0 == .poolExhausted })
        }
    }

    @Test func `a script runs many commands and tells the first error`() async throws {
        try await server.withPool { pool in
            let failure = try await caught {
                try await pool.executeScript("CREATE TABLE one (id int); CREATE TABLE one (id int); SELECT 1/0")
            }
            #expect(failure.sqlState == "42P07")
            try await pool.executeScript("CREATE TABLE one (id int)")
        }
    }

    @Test func `a session keeps its lock, and gives it back when it ends`() async throws {
        let lock = Statement(name: "lock", sql: "SELECT pg_try_advisory_lock(42)")
        try await server.withPool { pool in
            try await pool.withConnection { session in
                #expect(try await session.execute(lock)[0].decode(Bool.self, at: 0))
                #expect(try await session.execute(lock)[0].decode(Bool.self, at: 0))
                try await session.executeScript("CREATE TABLE by_session (id int)")
                #expect(try await pool.execute(lock)[0].decode(Bool.self, at: 0) == false)
            }
            try await eventually("the lock is free") {
                try await pool.withConnection { try await $0.execute(lock)[0].decode(Bool.self, at: 0) }
            }
        }
    }
}

extension PostgresServer {
    /// Changes the table aside of the pool, so that its connection's plan is stale.
    fileprivate func changeTable(of pool: PostgresPool) async throws {
        let name = try await pool.execute(Statement(name: "name", sql: "SELECT current_database()::text"))[0]
            .decode(String.self, at: 0)
        try execute("ALTER TABLE thing ADD name text DEFAULT 'seven'", in: name)
    }
}
