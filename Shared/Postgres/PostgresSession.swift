/// A connection of one's own, valid until the closure that it was passed to ends.
public struct PostgresSession: Sendable {
    private let core: PoolCore
    private let lease: PoolCore.LeaseID

    init(core: PoolCore, lease: PoolCore.LeaseID) {
        self.core = core
        self.lease = lease
    }

    /// Runs one statement, in a transaction of its own unless the session has begun one.
    @discardableResult
    public nonisolated(nonsending) func execute(
        _ statement: Statement, _ values: [any PostgresEncodable] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> PostgresRows {
        let command = try PostgresCommand(statement, values)
        let answer = await core.run(
            [command], on: lease, inTransaction: false, isRepeatable: statement.isRepeatable, deadline: deadline)
        return try answer.get().only()
    }

    /// Runs several commands of SQL text at once, while no statement of the session is under way. Without a deadline
    /// it takes as long as it takes.
    public nonisolated(nonsending) func executeScript(
        _ sql: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        _ = try await core.runScript(sql, on: lease, deadline: deadline).get()
    }
}
