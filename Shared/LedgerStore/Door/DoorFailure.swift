public import Postgres

/// Why the seats' door could not answer an item. Refusals are outcomes, not failures.
public enum DoorFailure: Error, Sendable, CustomStringConvertible {
    /// Too many items of the kind wait for the performance; nothing was done.
    case overloaded
    /// The caller's deadline passed while the item waited; nothing was done.
    case deadlineExceeded
    /// The ledger did not do it, and may be asked again.
    case unavailable(PostgresFailure)
    /// The item may have been done: ask again with the same key.
    case outcomeUnknown(PostgresFailure)
    /// The ledger refused the statement: our bug.
    case rejected(PostgresFailure)
    /// The answers to be stored could not be made: our bug. Nothing was done.
    case notCompleted(message: String)

    public var description: String {
        switch self {
        case .overloaded: "too many requests wait for this performance"
        case .deadlineExceeded: "the deadline passed before the batch began"
        case .unavailable(let failure): "the ledger is unavailable: \(failure)"
        case .outcomeUnknown(let failure): "the outcome is unknown: \(failure)"
        case .rejected(let failure): "the ledger rejected the batch: \(failure)"
        case .notCompleted(let message): "the batch's answers could not be made: \(message)"
        }
    }

    /// What a batch's failure means for its items.
    init(_ failure: PostgresFailure) {
        if failure.isOutcomeUnknown || failure.kind == .unexpectedValue {
            // An answer that can't be read comes after the commit.
            self = .outcomeUnknown(failure)
        } else if case .server = failure.kind, !failure.isRetrySafe {
            self = .rejected(failure)
        } else {
            self = .unavailable(failure)
        }
    }
}
