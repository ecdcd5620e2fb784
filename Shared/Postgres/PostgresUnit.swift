/// Commands that are sent together, end in one Sync and are answered as a whole. Lives on the pool's loop.
final class PostgresUnit {
    /// What a lost connection means for the unit, and what happens to its connection when it ends.
    enum Role {
        /// Its own transaction on a shared connection.
        case shared(isRepeatable: Bool)
        /// Inside a leased connection's transaction: without a COMMIT, nothing of it stays.
        case inTransaction
        /// On a leased connection without a transaction.
        case inSession(isRepeatable: Bool)
        case commit
        /// Brings a leased connection back into a fresh state.
        case cleanUp
    }

    typealias Answer = Result<[PostgresRows], PostgresFailure>

    let commands: [PostgresCommand]
    let role: Role
    let deadline: ContinuousClock.Instant
    let queuedAt: ContinuousClock.Instant
    var sentAt: ContinuousClock.Instant?
    var mayRunAgain = true
    /// Which of its steps prepare a statement.
    var preparing: [(step: Int, name: String)] = []
    /// Whether it was answered with a failure.
    private(set) var hasFailed = false
    private var continuation: CheckedContinuation<Answer, Never>?

    init(
        _ commands: [PostgresCommand], role: Role, deadline: ContinuousClock.Instant,
        queuedAt: ContinuousClock.Instant = .now, continuation: CheckedContinuation<Answer, Never>?
    ) {
        self.commands = commands
        self.role = role
        self.deadline = deadline
        self.queuedAt = queuedAt
        self.continuation = continuation
    }

    /// Somebody still waits for the answer.
    var isAwaited: Bool { continuation != nil }

    /// Whether it belongs to work that may change something.
    var mayWrite: Bool {
        switch role {
        case .shared: commands.contains(where: \.mayWrite)
        case .inTransaction, .commit: true
        case .inSession, .cleanUp: false
        }
    }

    /// The same reading for another connection, which answers the caller in this one's place; `nil` for what can't be
    /// sent twice.
    func handedOver() -> PostgresUnit? {
        guard case .shared(isRepeatable: true) = role, !mayWrite, let continuation else { return nil }
        self.continuation = nil
        return PostgresUnit(
            commands, role: role, deadline: deadline, queuedAt: queuedAt, continuation: continuation)
    }

    /// Answers the caller once; later answers find nobody.
    func answer(_ answer: Answer) {
        if case .failure = answer { hasFailed = true }
        continuation?.resume(returning: answer)
        continuation = nil
    }

    /// The caller goes on; what was sent will still be answered, to nobody.
    func deadlinePassed() {
        let message = sentAt == nil ? "the deadline passed in the queue" : "the deadline passed before the answer"
        answer(.failure(failure(.deadlineExceeded, message, isKnownUndone: sentAt == nil)))
    }

    /// Its commit, or somebody else's that it waits for, is stuck: the caller goes on, and what was sent stays sent.
    func commitIsStuck() {
        answer(.failure(failure(.writesSuspended, "commits are stuck")))
    }

    /// The failure of a unit that was not answered.
    func failure(_ kind: PostgresFailure.Kind, _ message: String, isKnownUndone: Bool = false) -> PostgresFailure {
        let isUndone: Bool
        switch role {
        case .shared(let isRepeatable), .inSession(let isRepeatable): isUndone = isKnownUndone || isRepeatable
        case .inTransaction: isUndone = true
        case .commit, .cleanUp: isUndone = isKnownUndone
        }
        return PostgresFailure(kind, message, isRetrySafe: isUndone, isOutcomeUnknown: !isUndone)
    }
}
