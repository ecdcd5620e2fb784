import ActorTransport
import LedgerStore
import Postgres

/// Turns what stands between us and the ledger into failures that callers understand.
enum LedgerCalls {
    /// Runs a read, or something repeatable by nature.
    nonisolated(nonsending) static func reading<Result>(
        _ work: nonisolated(nonsending) () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch let failure as PostgresFailure {
            throw callFailure(failure)
        } catch let failure as DoorFailure {
            throw callFailure(failure)
        }
    }

    /// What any error of such work means for who asked.
    static func callFailure(_ error: any Error) -> CallFailure {
        switch error {
        case let failure as CallFailure: failure
        case let failure as PostgresFailure: callFailure(failure)
        case let failure as DoorFailure: callFailure(failure)
        case is CancellationError: CallFailure(.outcomeUnknown, detail: "cancelled")
        default: CallFailure(.fault, detail: "\(error)")
        }
    }

    static func callFailure(_ failure: PostgresFailure) -> CallFailure {
        if failure.isOutcomeUnknown { return CallFailure(.outcomeUnknown, detail: "\(failure)") }
        return CallFailure(.unavailable, detail: "\(failure)")
    }

    static func callFailure(_ failure: DoorFailure) -> CallFailure {
        switch failure {
        case .overloaded, .deadlineExceeded: CallFailure(.overloaded, detail: "\(failure)")
        case .unavailable: CallFailure(.unavailable, detail: "\(failure)")
        case .outcomeUnknown: CallFailure(.outcomeUnknown, detail: "\(failure)")
        case .rejected, .notCompleted: CallFailure(.fault, detail: "\(failure)")
        }
    }
}
