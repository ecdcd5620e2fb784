import ActorTransport
import LedgerStore
import Postgres

extension CallFailure {
    /// How a failure of the seats' door crosses to the caller.
    init(_ failure: DoorFailure) {
        switch failure {
        case .overloaded, .deadlineExceeded: self.init(.overloaded, detail: failure.description)
        case .unavailable: self.init(.unavailable, detail: failure.description)
        case .outcomeUnknown: self.init(.outcomeUnknown, detail: failure.description)
        case .rejected, .notCompleted: self.init(.fault, detail: failure.description)
        }
    }

    /// How a failure to read the ledger crosses to the caller.
    init(_ failure: PostgresFailure) {
        if failure.isOutcomeUnknown {
            self.init(.outcomeUnknown, detail: failure.description)
        } else if case .server = failure.kind, !failure.isRetrySafe {
            self.init(.fault, detail: failure.description)
        } else {
            self.init(.unavailable, detail: failure.description)
        }
    }
}
