import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Shedding
import Ticketing
import Wire

/// Calls for seats: each brings wishes of many customers, and is answered when the last of them is.
///
/// To the listener's intake a call is one, however many wishes it brings. What the intake judges by is how long calls take
/// and how many are worked on at once, and wishes that come together share the batch that they wait for. How many wishes
/// there may be is limited here and at the ledger's door, for each of them alone; who has no time left is left out here
/// and there. So a call counts as served where one of its wishes took as long as a batch takes; as refused behind where
/// one found no room at the door; and else it tells nothing.
extension SeatMap {
    func answer(_ request: HoldsCommand) async throws -> HoldsAnswer {
        guard request.holds.count <= HoldsCommand.holdsMax else {
            throw CallFailure(.malformed, detail: "\(request.holds.count) wishes in one call")
        }
        try await gate.open()
        let deadline = CallContext.current.deadline
        let holds = HoldsUnderWay(request.holds.map { AskedHold($0, callDeadline: deadline) })
        wishes.openCount += holds.asked.count
        defer { wishes.openCount -= holds.asked.count }
        let noSight = await lookForBest(holds.asked)
        for place in holds.asked.indices {
            if request.performanceId == performance {
                begin(place, of: holds, noSight)
            } else {
                refuse(place, of: holds, Problem(.notFound))
            }
        }
        goOn()
        await withCheckedContinuation { holds.wakes($0) }
        if holds.foundNoRoom {
            IntakeSlot.note(.refusedBehind)
        } else if !holds.tellsOfBatch {
            IntakeSlot.note(.untypical)
        }
        return try holds.answer()
    }

    /// Reads the map if some want the best and it was not read lately: why it can't be, else nil.
    private func lookForBest(_ asked: [AskedHold]) async -> CallFailure? {
        guard asked.contains(where: { $0.command.bestAvailable != nil }) else { return nil }
        do {
            try await look(noOlderThan: Self.proposalAgeMax)
            return nil
        } catch {
            return LedgerCalls.callFailure(error)
        }
    }

    /// Understands a wish, and has it wait for its next step or answers it.
    private func begin(_ place: Int, of holds: HoldsUnderWay, _ noSight: CallFailure?) {
        let asked = holds.asked[place]
        if wishes.openCount > WishesWaiting.openMax {
            return holds.failed(place, CallFailure(.overloaded, detail: "too many wishes for this performance"))
        }
        if let deadline = asked.deadline, deadline <= .now {
            return holds.failed(place, CallFailure(.expired, detail: "the caller has stopped waiting"))
        }
        if let refusal = gate.refusal(of: asked.command, in: performance) {
            // What the key made in time is answered again, also to who has lost the admission by now.
            guard refusal == .expired || refusal == .required else { return refuse(place, of: holds, refusal.problem) }
            let wish = WishUnderWay(place, of: holds, .named, seats: [])
            return wishes.unlucky.append(WishesWaiting.Unlucky(wish: wish, reason: .notAdmitted(refusal)))
        }
        switch HoldWish.reading(asked.command) {
        case .success(.named(let seats)):
            wishes.looking.append(WishUnderWay(place, of: holds, .named, seats: seats.sorted()))
        case .success(.bestAvailable(let wish)):
            if let noSight { holds.failed(place, noSight) } else { begin(place, of: holds, wish) }
        case .failure(let fault):
            refuse(place, of: holds, Problem(.invalidRequest).with { $0.fields = [fault.field] })
        }
    }

    func refuse(_ place: Int, of holds: HoldsUnderWay, _ problem: Problem) {
        do throws(WireJSONFailure) {
            holds.answered(place, try HoldAnswers.refusal(problem, requestID: holds.asked[place].requestID))
        } catch {
            holds.failed(place, LedgerCalls.callFailure(error))
        }
    }

    /// Has every wish that waits make its next step. What waits is taken by whoever is first, all of it.
    func goOn() {
        lookForTurns()
        if !wishes.asking.isEmpty { Task { await askForSeats() } }
        if !wishes.choosing.isEmpty { Task { await letChoose() } }
        if !wishes.unlucky.isEmpty { Task { await tellUnlucky() } }
    }
}
