/// An open transaction, valid until the closure that it was passed to ends.
public struct PostgresTransaction: Sendable {
    private let core: PoolCore
    private let lease: PoolCore.LeaseID
    private let deadline: ContinuousClock.Instant?

    init(core: PoolCore, lease: PoolCore.LeaseID, deadline: ContinuousClock.Instant?) {
        self.core = core
        self.lease = lease
        self.deadline = deadline
    }

    /// Runs one statement. After a failure only the transaction's end is left to do.
    @discardableResult
    public nonisolated(nonsending) func execute(
        _ statement: Statement, _ values: [any PostgresEncodable] = []
    ) async throws(PostgresFailure) -> PostgresRows {
        try await execute(together: [PostgresCall(statement, values)]).only()
    }

    /// Runs several statements in one round trip.
    @discardableResult
    public nonisolated(nonsending) func execute(
        together calls: [PostgresCall]
    ) async throws(PostgresFailure) -> [PostgresRows] {
        var commands: [PostgresCommand] = []
        for call in calls { commands.append(try PostgresCommand(call.statement, call.values)) }
        return try await core.run(
            commands, on: lease, inTransaction: true, isRepeatable: false, deadline: deadline
        ).get()
    }
}
