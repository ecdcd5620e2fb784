// What a request of the pool is told and asked, whichever kind it is.
extension PoolCore.Request {
    /// When its caller stops waiting.
    var deadline: ContinuousClock.Instant {
        switch self {
        case .unit(let unit): unit.deadline
        case .lease(let lease): lease.deadline
        }
    }

    /// Since when its caller waits.
    var queuedAt: ContinuousClock.Instant {
        switch self {
        case .unit(let unit): unit.queuedAt
        case .lease(let lease): lease.queuedAt
        }
    }

    /// Whether it may change something.
    var mayWrite: Bool {
        switch self {
        case .unit(let unit): unit.mayWrite
        case .lease(let lease): lease.mayWrite
        }
    }

    /// Nothing was sent for it.
    func fail(_ kind: PostgresFailure.Kind, _ message: String) {
        let failure = PostgresFailure(kind, message, isRetrySafe: true)
        switch self {
        case .unit(let unit): unit.answer(.failure(failure))
        case .lease(let lease): lease.answer(.failure(failure))
        }
    }
}

extension PoolCore {
    /// Somebody who wants a connection alone.
    final class LeaseRequest {
        let deadline: ContinuousClock.Instant
        let queuedAt: ContinuousClock.Instant
        let mayWrite: Bool
        private var continuation: CheckedContinuation<Result<LeaseID, PostgresFailure>, Never>?

        init(
            deadline: ContinuousClock.Instant, mayWrite: Bool,
            continuation: CheckedContinuation<Result<LeaseID, PostgresFailure>, Never>
        ) {
            self.deadline = deadline
            queuedAt = .now
            self.mayWrite = mayWrite
            self.continuation = continuation
        }

        func answer(_ answer: Result<LeaseID, PostgresFailure>) {
            continuation?.resume(returning: answer)
            continuation = nil
        }
    }
}
