import LedgerStore
import Ticketing
import Wire

/// How outcomes at the seats' door are told to a customer.
enum HoldAnswers {
    /// The answer to an outcome, for the request of an id.
    static func answer(_ outcome: HoldOutcome, requestID: String) throws(WireJSONFailure) -> Answer {
        switch outcome {
        case .held(let hold): return try Answer(hold.firstAnswer, status: 201)
        case .replayed(let hold):
            var answer = try Answer(hold.firstAnswer, status: 201)
            answer.isReplay = true
            return answer
        default: return try refusal(problem(outcome), requestID: requestID)
        }
    }

    /// A refusal of one request.
    static func refusal(_ problem: Problem, requestID: String) throws(WireJSONFailure) -> Answer {
        try Answer(refusal: problem.with { $0.requestId = requestID })
    }

    /// Whether an answer took as long as a batch takes. What is refused may be refused from memory, or before anything was
    /// written: such times would make the usual ones look slow.
    static func tellsOfBatch(_ answer: Answer) -> Bool { answer.status == 201 && !answer.isReplay }

    /// What somebody is told who wished for seats that can't be had.
    static func problem(_ loss: SeatLoss, alternatives: [[SeatIndex]]) -> Problem {
        let detail =
            switch loss {
            case .taken: "Take one of the alternatives, or choose other seats."
            case .blocked: "Choose other seats."
            }
        return Problem(loss.code, detail: detail).with {
            $0.seatIndexes = loss.seats
            $0.alternatives = alternatives
        }
    }

    private static func problem(_ outcome: HoldOutcome) -> Problem {
        switch outcome {
        case .held, .replayed: preconditionFailure("a hold is no problem")
        case .keyReused:
            return Problem(.idempotencyKeyReused, detail: "Send a new Idempotency-Key with each new request.")
        case .notOnSale(let time):
            return Problem(.notOnSale).with { $0.onSaleAt = time }
        case .salePaused: return Problem(.salePaused, detail: "The sale goes on later; the page will say when.")
        case .saleEnded: return Problem(.saleEnded)
        case .unknownSeats(let seats): return Problem(.unknownSeat).with { $0.seatIndexes = seats }
        case .seatsTaken(let seats): return problem(.taken(seats), alternatives: [])
        case .seatsBlocked(let seats): return problem(.blocked(seats), alternatives: [])
        case .seatLimitReached(let owned, let max):
            return Problem(.seatLimitReached, detail: "Give seats back before you take others.").with {
                $0.seatsOwned = owned
                $0.seatsMax = max
            }
        case .coolingDown(let seconds):
            return Problem(.coolingDown, detail: "Others may choose first; you may choose again after this time.").with
            {
                $0.retryAfterSeconds = seconds
            }
        case .notEnoughSeats(let largestGroup):
            return Problem(.notEnoughSeats, detail: "Ask for fewer seats, or for others.").with {
                $0.largestGroup = largestGroup
            }
        case .unknownPerformance: return Problem(.notFound)
        }
    }
}
