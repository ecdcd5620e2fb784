import LedgerStore
import Ticketing
import Wire

/// What a customer is answered about payments. Pure: the same decision is the same bytes.
enum PaymentAnswer {
    /// The answer to a wish to pay that the rules refuse.
    static func answer(
        to refusal: PaymentBeginDecision.Refusal, of order: OrderID, requestID: String?
    ) throws -> Answer {
        let problem: Problem
        switch refusal {
        case .notFound: problem = Problem(.notFound, detail: "There is no such order.")
        case .methodMissing: problem = methodProblem(path: "payment_method", code: "missing")
        case .orderNotPayable: problem = Problem(.orderNotPayable, detail: "The order is paid already, or has ended.")
        case .paymentInProgress:
            problem = Problem(.paymentInProgress, detail: "Wait for the payment that is under way.").with {
                $0.orderId = order
            }
        case .holdReleased: problem = Problem(.holdReleased, detail: "Choose seats again.")
        case .holdExpired: problem = Problem(.holdExpired, detail: "Choose seats again.")
        case .saleEnded: problem = Problem(.saleEnded, detail: "The performance does not take place.")
        }
        return try Answer(refusal: problem, of: requestID)
    }

    /// The answer to a card that pays for as many seats of the performance as one may.
    static func answer(
        toInstrumentWith seatsOwned: Int, max: Int, of order: OrderID, requestID: String?
    ) throws -> Answer {
        let problem = Problem(.instrumentLimitReached, detail: "Pay with another card.").with {
            $0.seatsOwned = seatsOwned
            $0.seatsMax = max
            $0.orderId = order
        }
        return try Answer(refusal: problem, of: requestID)
    }

    /// The answer to a payment, by what became of it.
    static func answer(to settlement: PaymentSettlement, requestID: String?) throws -> Answer {
        guard let state = settlement.paymentState, let order = settlement.order else {
            return try Answer(refusal: Problem(.notFound, detail: "There is no such payment."), of: requestID)
        }
        switch state {
        case .succeeded: return try Answer(order.resource, status: 201)
        case .pending, .unknown, .requiresAction: return try Answer(order.resource, status: 202)
        case .declined, .cancelled:
            guard order.resource.state == .pending else {
                return try Answer(
                    refusal: Problem(.holdExpired, detail: "Nothing was charged. Choose seats again."), of: requestID)
            }
            let detail =
                state == .declined ? "Nothing was charged. Try another card." : "Nothing was charged. Try again."
            return try Answer(
                refusal: Problem(.paymentDeclined, detail: detail).with { $0.orderId = order.resource.orderId },
                of: requestID)
        case .refunding, .refunded:
            let detail = "The payment came too late for these seats. All of it goes back. Choose seats again."
            return try Answer(
                refusal: Problem(.holdExpired, detail: detail).with { $0.orderId = order.resource.orderId },
                of: requestID)
        }
    }

    /// The card can't be asked: the request is at fault, and nothing was begun.
    static func answer(toUnknownMethodAt path: String, requestID: String?) throws -> Answer {
        try Answer(refusal: methodProblem(path: path, code: "unknown"), of: requestID)
    }

    private static func methodProblem(path: String, code: String) -> Problem {
        Problem(.invalidRequest, detail: "Choose a way to pay.").with {
            $0.fields = [FieldProblem(path: path, code: code)]
        }
    }
}
