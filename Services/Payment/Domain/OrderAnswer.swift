import LedgerStore
import Ticketing
import Wire

/// What a customer is answered about orders. Pure: the same decision is the same bytes.
enum OrderAnswer {
    /// The answer to a wish for an order.
    static func answer(to decision: OrderDecision, requestID: String?) throws -> Answer {
        let problem: Problem
        switch decision {
        case .created(let order): return try Answer(order.resource, status: 201)
        case .replayed(let answer): return answer
        case .inUse: problem = Problem(.idempotencyKeyInUse)
        case .keyReused: problem = Problem(.idempotencyKeyReused, detail: "Use a new key for a new request.")
        case .notFound: problem = Problem(.notFound, detail: "A hold of this order does not exist.")
        case .otherPerformance:
            problem = Problem(.invalidRequest, detail: "An order is for holds of one performance.").with {
                $0.fields = [FieldProblem(path: "hold_ids", code: "other_performance")]
            }
        case .orderExists(let order):
            problem = Problem(.orderExists, detail: "Go on with the order that these seats are in.").with {
                $0.orderId = order
            }
        case .holdReleased: problem = Problem(.holdReleased, detail: "Choose seats again.")
        case .holdExpired: problem = Problem(.holdExpired, detail: "Choose seats again.")
        }
        return try Answer(refusal: problem, of: requestID)
    }
}
