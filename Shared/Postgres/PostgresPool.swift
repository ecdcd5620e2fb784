public import Logging
public import SocketLoop

/// A few connections to one database, shared by everybody in the process.
///
/// Single statements are pipelined: many callers' statements travel on one connection without waiting for each
/// other, each in a transaction of its own. A transaction, or a session, has a connection alone for its time.
/// The pool starts before its server, and comes back when its server does.
/// Cancelling a task does not take back what it sent; a deadline lets it go on.
public final class PostgresPool: Sendable {
    private let core: PoolCore

    /// The loop that owns the sockets: actors that mostly talk to the database may live on it as well.
    public let loop: SocketLoop

    public init(settings: PostgresSettings, loop: SocketLoop, logger: Logger) {
        self.loop = loop
        core = PoolCore(settings: settings, loop: loop, logger: logger)
    }

    // MARK: Life

    /// Connects, and stays connected, until the task is cancelled; then lets the work under way end.
    public func run() async {
        await core.start()
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        await core.stop()
    }

    /// Runs a job while the pool runs; without waiting first, the job's own calls fail when nothing can be reached. All
    /// connections are closed when it returns: a process that ends takes away what those that close still need.
    public func whileRunning<Value: Sendable>(
        waiting: Bool = true, _ job: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let running = Task { await run() }
        let result: Result<Value, any Error>
        do {
            if waiting { await waitUntilReady() }
            result = .success(try await job())
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        return try result.get()
    }

    /// Whether a connection is ready.
    public var isReady: Bool { core.status.isReady }

    /// Why no connection is ready, for the people who watch; `nil` while one is.
    public var notReadyReason: String? { core.status.reason }

    /// Why writes are refused at the moment, for the people who watch; `nil` while they are taken. Readings are served
    /// all the while.
    public var writesSuspendedReason: String? { core.status.suspensionReason }

    /// Returns when a connection is ready, when the task is cancelled or when the pool was stopped.
    public func waitUntilReady() async {
        await core.waitUntilReady()
    }

    /// What it does at this instant.
    public func load() async -> PoolLoad {
        await core.load()
    }

    // MARK: Work

    /// Runs one statement in a transaction of its own, on any connection.
    ///
    /// Without a deadline of its own it has the one of the settings.
    @discardableResult
    public nonisolated(nonsending) func execute(
        _ statement: Statement, _ values: [any PostgresEncodable] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> PostgresRows {
        let command = try PostgresCommand(statement, values)
        let rows = try await core.run([command], isRepeatable: statement.isRepeatable, deadline: deadline).get()
        return try rows.only()
    }

    /// The same for a reading whose answer must be the primary's own: it comes once the server has committed something
    /// behind it, which one that was cut off, and does not know that another one took over, can't.
    public nonisolated(nonsending) func executeConfirmed(
        _ statement: Statement, _ values: [any PostgresEncodable] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> PostgresRows {
        let commands = [try PostgresCommand(statement, values), .emptyCommit]
        let rows = try await core.run(commands, isRepeatable: true, deadline: deadline).get()
        return try Array(rows.prefix(1)).only()
    }

    /// Runs several statements in one transaction and one round trip: all are done, or none. Each sees what
    /// others committed until it starts (READ COMMITTED).
    @discardableResult
    public nonisolated(nonsending) func execute(
        together calls: [PostgresCall], deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> [PostgresRows] {
        precondition(!calls.isEmpty, "no statement to run")
        var commands: [PostgresCommand] = []
        for call in calls { commands.append(try PostgresCommand(call.statement, call.values)) }
        let isRepeatable = calls.allSatisfy(\.statement.isRepeatable)
        return try await core.run(commands, isRepeatable: isRepeatable, deadline: deadline).get()
    }

    /// Calls `handler` once, on the loop, behind the sending of what is asked for until this tick ends. To be called on
    /// the loop only.
    public func afterSending(_ handler: @escaping () -> Void) {
        // The pool sends at the tick's end; what a handler adds there comes behind all that were there before.
        let loop = loop
        loop.atTickEnd { loop.atTickEnd(handler) }
    }

    /// Runs `body` in a transaction on a connection alone, and commits it when `body` returns; whatever `body`
    /// throws rolls it back and is thrown on. A `PostgresFailure` with `isOutcomeUnknown` means that the COMMIT was
    /// sent and not answered.
    public nonisolated(nonsending) func transaction<Value>(
        deadline: ContinuousClock.Instant? = nil,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let lease = try await core.lease(mayWrite: true, deadline: deadline).get()
        let value: Value
        do {
            value = try await body(PostgresTransaction(core: core, lease: lease, deadline: deadline))
        } catch {
            await core.rollBack(lease)
            throw error
        }
        if let failure = await core.commit(lease, deadline: deadline) { throw failure }
        return value
    }

    /// Runs `body` with a connection alone and no transaction: for what belongs to a session, advisory locks among
    /// it. All that the session held is given back when `body` ends.
    public nonisolated(nonsending) func withConnection<Value>(
        deadline: ContinuousClock.Instant? = nil,
        _ body: (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let lease = try await core.lease(mayWrite: false, deadline: deadline).get()
        let value: Value
        do {
            value = try await body(PostgresSession(core: core, lease: lease))
        } catch {
            await core.endSession(lease)
            throw error
        }
        await core.endSession(lease)
        return value
    }

    /// Runs several commands of SQL text at once (migrations), all or none unless they say otherwise themselves.
    /// Without a deadline it takes as long as it takes.
    public nonisolated(nonsending) func executeScript(
        _ sql: String, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        let lease = try await core.lease(mayWrite: false, deadline: deadline).get()
        let answer = await core.runScript(sql, on: lease, deadline: deadline)
        await core.endSession(lease)
        _ = try answer.get()
    }
}
