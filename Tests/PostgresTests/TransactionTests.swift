import Postgres
import TestSupport
import Testing

@Suite struct TransactionTests {
    struct Refused: Error {}

    let server: PostgresServer
    let insert = Statement(name: "insert", sql: "INSERT INTO thing (id) VALUES ($1)")
    let count = Statement(name: "count", sql: "SELECT count(*) FROM thing", isRepeatable: true)

    init() throws {
        server = try .shared()
    }

    private func withThings<Value: Sendable>(
        _ change: (inout PostgresSettings) -> Void = { _ in }, _ body: (PostgresPool) async throws -> Value
    ) async throws -> Value {
        try await server.withPool(change) { pool in
            try await pool.executeScript(
                """
                CREATE TABLE thing (id int PRIMARY KEY, parent int REFERENCES thing DEFERRABLE INITIALLY DEFERRED)
                """)
            return try await body(pool)
        }
    }

    @Test func `what a transaction wrote is there when it returned`() async throws {
        try await withThings { pool in
            let value = try await pool.transaction { transaction in
                try await transaction.execute(insert, [1 as Int32])
                try await transaction.execute(together: [
                    PostgresCall(insert, [2 as Int32]), PostgresCall(insert, [3 as Int32]),
                ])
                return "done"
            }
            #expect(value == "done")
            #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 3)
        }
    }

    @Test func `what the closure throws undoes the transaction and is thrown on`() async throws {
        try await withThings { pool in
            await #expect(throws: Refused.self) {
                try await pool.transaction { transaction in
                    try await transaction.execute(insert, [1 as Int32])
                    throw Refused()
                }
            }
            let left = try await pool.execute(count)[0].decode(Int.self, at: 0)
            #expect(left == 0)
        }
    }

    @Test func `nobody sees an open transaction`() async throws {
        try await withThings { pool in
            try await pool.transaction { transaction in
                try await transaction.execute(insert, [1 as Int32])
                #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 0)
            }
        }
    }

    @Test func `a failed statement that was swallowed does not become a commit`() async throws {
        try await withThings { pool in
            let failure = try await caught {
                try await pool.transaction { transaction in
                    try await transaction.execute(insert, [1 as Int32])
                    _ = try? await transaction.execute(insert, [1 as Int32])
                }
            }
            #expect(failure.sqlState == "25P02")
            #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 0)
        }
    }

    @Test func `a constraint that is checked at the commit fails the transaction`() async throws {
        let orphan = Statement(name: "orphan", sql: "INSERT INTO thing (id, parent) VALUES (1, 99)")
        try await withThings { pool in
            let failure = try await caught {
                try await pool.transaction { _ = try await $0.execute(orphan) }
            }
            #expect(failure.sqlState == "23503")
            #expect(!failure.isOutcomeUnknown)
        }
    }

    @Test func `a transaction without statements costs nothing`() async throws {
        try await withThings { pool in
            for _ in 0..<20 { try await pool.transaction { _ in } }
        }
    }

    @Test func `many transactions and statements share few connections`() async throws {
        try await withThings({ ($0.connectionsMax, $0.deadlineMilliseconds) = (2, 60_000) }) { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask { () async throws -> Void in
                        if number % 2 == 0 {
                            _ = try await pool.execute(insert, [Int32(number)])
                        } else {
                            try await pool.transaction { _ = try await $0.execute(insert, [Int32(number)]) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 200)
        }
    }

    @Test func `a single connection serves statements and transactions in turn`() async throws {
        try await withThings({ ($0.connectionsMax, $0.deadlineMilliseconds) = (1, 60_000) }) { pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask { () async throws -> Void in
                        if number % 2 == 0 {
                            _ = try await pool.execute(insert, [Int32(number)])
                        } else {
                            try await pool.transaction { _ = try await $0.execute(insert, [Int32(number)]) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.execute(count)[0].decode(Int.self, at: 0) == 100)
        }
    }

    @Test func `a deadlock is told as safe to retry`() async throws {
        let lock = Statement(name: "lock", sql: "SELECT id FROM thing WHERE id = $1 FOR UPDATE")
        try await withThings { pool in
            try await pool.executeScript("INSERT INTO thing VALUES (1), (2)")
            let first = Gate(), second = Gate()
            func crossing(_ ids: [Int32], mine: Gate, other: Gate) async throws -> PostgresFailure? {
                do {
                    try await pool.transaction { transaction in
                        _ = try await transaction.execute(lock, [ids[0]])
                        await mine.open()
                        await other.passed()
                        _ = try await transaction.execute(lock, [ids[1]])
                    }
                    return nil
                } catch let failure as PostgresFailure {
                    return failure
                }
            }
            async let left = crossing([1, 2], mine: first, other: second)
            async let right = crossing([2, 1], mine: second, other: first)
            let failures = try await [left, right].compactMap { $0 }
            #expect(failures.map(\.sqlState) == ["40P01"])
            #expect(failures.allSatisfy { $0.isRetrySafe && !$0.isOutcomeUnknown })
        }
    }
}

/// Opens once; all who wait pass.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func passed() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}
