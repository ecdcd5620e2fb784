import LedgerStore
import Ticketing
import Wire

/// How outcomes at the seats' door are told to a customer.
enum HoldAnswers {
    /// The answer to an outcome; alternatives are asked for only when seats were lost.
    static func answer(
        _ outcome: HoldOutcome, requestID: String, alternatives: () -> [[SeatIndex]]
    ) throws -> Answer {
        switch outcome {
        case .held(let hold): return try Answer(hold.firstAnswer, status: 201)
        case .replayed(let hold):
            var answer = try Answer(hold.firstAnswer, status: 201)
            answer.isReplay = true
            return answer
        default:
            var problem = problem(outcome, alternatives: alternatives)
            problem.requestId = requestID
            return try Answer(refusing: problem)
        }
    }

    private static func problem(_ outcome: HoldOutcome, alternatives: () -> [[SeatIndex]]) -> Problem {
        switch outcome {
        case .held, .replayed: preconditionFailure("a hold is no problem")
        case .keyReused:
            return Problem(.idempotencyKeyReused, detail: "Send a new Idempotency-Key with each new request.")
        case .notOnSale(let time):
            return Problem(.notOnSale).with { $0.onSaleAt = time }
        case .salePaused: return Problem(.salePaused, detail: "The sale goes on later; the page will say when.")
        case .saleEnded: return Problem(.saleEnded)
        case .unknownSeats(let seats): return Problem(.unknownSeat).with { $0.seatIndexes = seats }
        case .seatsTaken(let seats):
            return Problem(.seatTaken, detail: "Take one of the alternatives, or choose other seats.").with {
                $0.seatIndexes = seats
                $0.alternatives = alternatives()
            }
        case .seatsBlocked(let seats):
            return Problem(.seatBlocked, detail: "Choose other seats.").with {
                $0.seatIndexes = seats
                $0.alternatives = alternatives()
            }
        case .seatLimitReached(let owned, let max):
            return Problem(.seatLimitReached, detail: "Give seats back before you take others.").with {
                $0.seatsOwned = owned
                $0.seatsMax = max
            }
        case .unknownPerformance: return Problem(.notFound)
        }
    }
}
