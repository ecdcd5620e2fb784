import Postgres

extension PostgresPool {
    /// Runs a job while the pool runs; without waiting first, the job's own calls fail when nothing can be reached.
    func whileRunning<Value: Sendable>(
        waiting: Bool = true, _ job: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let running = Task { await run() }
        defer { running.cancel() }
        if waiting { await waitUntilReady() }
        return try await job()
    }
}
