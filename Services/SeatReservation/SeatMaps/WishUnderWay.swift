import LedgerStore
import Ticketing
import Wire

/// One wish that is on its way to seats, from when it is understood to its answer. Belongs to the map's actor.
final class WishUnderWay {
    /// Who chose the seats.
    enum Choice {
        /// The customer.
        case named
        /// The map's memory, for a customer who wants the best.
        case proposed(for: SeatGroupRequest)
    }

    let asked: AskedHold
    let choice: Choice
    /// What is asked for, ascending and distinct; none yet where the ledger is to choose.
    let seats: [SeatIndex]
    /// Whether others wait for what becomes of it.
    var isRival = false
    /// How often it has waited for others.
    var waits = 0
    /// The seat whose rivals it waits for, or was woken for.
    var wokenFor: SeatIndex?
    private let holds: HoldsUnderWay
    private let place: Int

    init(_ place: Int, of holds: HoldsUnderWay, _ choice: Choice, seats: [SeatIndex]) {
        asked = holds.asked[place]
        self.choice = choice
        self.seats = seats
        self.holds = holds
        self.place = place
    }

    /// The seats, ready for the door.
    var item: HoldItem {
        HoldItem(
            holdID: HoldID(at: .now), customerID: asked.key.customerID, idempotencyKey: asked.key.key,
            fingerprint: asked.key.fingerprint, requestID: asked.requestID, seatIndexes: seats)
    }

    func answered(_ answer: Answer) { holds.answered(place, answer) }

    /// Something is said to the wish, or it can't be.
    func answered(_ answer: () throws(WireJSONFailure) -> Answer) {
        do throws(WireJSONFailure) {
            holds.answered(place, try answer())
        } catch {
            failed(error)
        }
    }

    func refused(_ refusal: Losers.Refusal) { holds.refused(place, refusal) }

    func failed(_ error: any Error) { holds.failed(place, LedgerCalls.callFailure(error)) }
}
