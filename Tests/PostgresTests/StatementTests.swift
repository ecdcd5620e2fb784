import Postgres
import Testing
import TestSupport

@Suite struct StatementTests {
    let server: PostgresServer

    init() throws {
        server = try .shared()
    }

    @Test func `a statement answers its rows`() async throws {
        let numbers = Statement(name: "numbers", sql: "SELECT n, n::text FROM generate_series(1, $1) AS n")
        let rows = try await server.withPool { try await $0.execute(numbers, [3 as Int32]) }
        #expect(rows.count == 3)
        #expect(try rows.map { try $0.decode(Int.self, at: 0) } == [1, 2, 3])
        #expect(try rows.map { try $0.decode(String.self, at: 1) } == ["1", "2", "3"])
    }
}
