import LedgerStore
import Ticketing
import Wire

/// What is answered about refunds. Pure: the same decision is the same bytes.
enum RefundAnswer {
    /// The answer to a wish for a refund.
    static func answer(to decision: RefundDecision, requestID: String?) throws -> Answer {
        let problem: Problem
        switch decision {
        case .begun(let refund): return try Answer(refund, status: 201)
        case .replayed(let answer): return answer
        case .inUse: problem = Problem(.idempotencyKeyInUse)
        case .keyReused: problem = Problem(.idempotencyKeyReused, detail: "Use a new key for a new request.")
        case .notFound: problem = Problem(.notFound, detail: "There is no such order.")
        case .unknownTicket:
            problem = Problem(.invalidRequest, detail: "Name tickets of this order.").with {
                $0.fields = [FieldProblem(path: "ticket_ids", code: "unknown")]
            }
        case .notRefundable: problem = Problem(.orderNotRefundable, detail: "The order was never paid.")
        case .alreadyRefunded(let tickets):
            problem = Problem(.alreadyRefunded, detail: "Look at the order for what became of the money.").with {
                $0.ticketIds = tickets
            }
        case .alreadyCheckedIn(let tickets):
            problem = Problem(.alreadyCheckedIn, detail: "Somebody entered with it. Name other tickets.").with {
                $0.ticketIds = tickets
            }
        case .ticketNotValid(let tickets):
            problem = Problem(.ticketNotValid, detail: "It was taken out of use.").with { $0.ticketIds = tickets }
        case .notOffered:
            problem = Problem(.refundNotOffered, detail: "Ask the organizer.")
        }
        return try Answer(refusal: problem, of: requestID)
    }

    /// The answer to a wish to cancel a performance: accepted, and how far it is is read by GET.
    static func answer(to decision: CancellationDecision, requestID: String?) throws -> Answer {
        let problem: Problem
        switch decision {
        case .cancelled(let cancellation): return try Answer(cancellation, status: 202)
        case .replayed(let answer): return answer
        case .inUse: problem = Problem(.idempotencyKeyInUse)
        case .keyReused: problem = Problem(.idempotencyKeyReused, detail: "Use a new key for a new request.")
        case .notFound: problem = Problem(.notFound, detail: "There is no such performance.")
        }
        return try Answer(refusal: problem, of: requestID)
    }
}
