import Testing

@testable import Postgres

@Suite struct PreparedStatementsTests {
    typealias Plan = PreparedStatements.Plan

    let statement = Statement(name: "find", sql: "SELECT $1")
    let text = PostgresParameters(["x"]).parameters
    let number = PostgresParameters([1 as Int64]).parameters

    @Test func `a statement is prepared once`() {
        var prepared = PreparedStatements()
        #expect(prepared.plan(statement, text) == Plan(serverName: "find", mustPrepare: true))
        #expect(prepared.plan(statement, text) == Plan(serverName: "find", mustPrepare: false))
    }

    @Test func `other types or other text make another statement`() {
        var prepared = PreparedStatements()
        _ = prepared.plan(statement, text)
        #expect(prepared.plan(statement, number) == Plan(serverName: "find~1", mustPrepare: true))
        let other = Statement(name: "find", sql: "SELECT $1, 2")
        #expect(prepared.plan(other, number) == Plan(serverName: "find~2", mustPrepare: true))
        #expect(prepared.plan(other, number) == Plan(serverName: "find~2", mustPrepare: false))
    }

    @Test func `a forgotten statement gets a name that the server does not know`() {
        var prepared = PreparedStatements()
        _ = prepared.plan(statement, text)
        prepared.forget("find")
        prepared.forget("find")
        #expect(prepared.plan(statement, text) == Plan(serverName: "find~1", mustPrepare: true))
    }
}
