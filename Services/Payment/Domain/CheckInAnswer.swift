import LedgerStore
import Wire

/// What the gate is answered. Pure: the same decision is the same bytes.
enum CheckInAnswer {
    /// The answer to a bearer at the gate.
    static func answer(to decision: CheckInDecision, requestID: String?) throws -> Answer {
        let problem: Problem
        switch decision {
        case .checkedIn(let entry): return try Answer(entry, status: 200)
        case .replayed(let answer): return answer
        case .alreadyCheckedIn(let time):
            problem = Problem(.alreadyCheckedIn, detail: "Nobody else may enter with it.").with {
                $0.checkedInAt = time
            }
        case .ticketNotValid:
            problem = Problem(.ticketNotValid, detail: "It was refunded, or taken out of use.")
        case .notFound: problem = Problem(.notFound, detail: "There is no such ticket.")
        case .inUse: problem = Problem(.idempotencyKeyInUse)
        case .keyReused: problem = Problem(.idempotencyKeyReused, detail: "Use a new key for a new request.")
        }
        return try Answer(refusal: problem, of: requestID)
    }
}
