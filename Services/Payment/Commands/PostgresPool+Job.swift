import Postgres

extension PostgresPool {
    /// Runs a job while the pool runs.
    func whileRunning<Value: Sendable>(_ job: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let running = Task { await run() }
        defer { running.cancel() }
        await waitUntilReady()
        return try await job()
    }
}
