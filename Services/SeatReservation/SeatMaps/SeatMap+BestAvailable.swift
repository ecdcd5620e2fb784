import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

extension SeatMap {
    /// Holds seats of our choice. Memory proposes neighbours, which a batch grants as it grants named seats; where it knows
    /// none, or others of another replica were quicker, the choice is made under the performance's lock. So whoever is
    /// refused is refused by a batch: never because of what others only asked for, and never for being too slow.
    func hold(_ wish: BestAvailableRequest, _ request: HoldCommand) async throws -> Answer {
        guard let group = geometry.groupRequest(for: wish) else {
            return try Answer(
                refusing: Problem(.invalidRequest).with {
                    $0.fields = [FieldProblem(path: "best_available", code: "unknown")]
                })
        }
        try await look(noOlderThan: Self.proposalAgeMax)
        guard let view = memory.view else { return try Answer(refusing: Problem(.notFound)) }
        if let seats = geometry.proposal(for: group, isFree: { view.openStates[Int($0)] == .available }) {
            let outcome = try await ask(for: seats, request)
            if outcome.loss == nil { return try HoldAnswers.answer(outcome) }
        } else if let largestGroup = refusedWishes.largestGroup(for: group, position: view.position, at: .now) {
            return try await replay(of: request) ?? HoldAnswers.answer(.notEnoughSeats(largestGroup: largestGroup))
        }
        return try HoldAnswers.answer(try await choose(group, request))
    }

    /// Lets a batch choose, by what is true under its lock.
    private func choose(_ group: SeatGroupRequest, _ request: HoldCommand) async throws -> HoldOutcome {
        let item = SeatChoiceItem(
            holdID: HoldID(at: .now), customerID: request.customerId, idempotencyKey: request.idempotencyKey,
            fingerprint: Array(request.fingerprint.utf8), requestID: HoldAnswers.requestID, quantity: group.quantity,
            wish: "\(group)",
            knownMap: { [memory] in memory.known },
            choose: { [geometry] states in
                switch geometry.bestGroup(for: group, isFree: { states[Int($0)] == .available }) {
                case .group(let seats): .seats(seats)
                case .notEnough(let largestGroup): .notEnough(largestGroup: largestGroup)
                }
            })
        let before = memory.view?.position
        let outcome = try await LedgerCalls.reading {
            try await door.hold(item, in: performance, deadline: CallContext.current.deadline)
        }
        if case .notEnoughSeats(let largestGroup) = outcome, let before, before == memory.view?.position {
            refusedWishes.add(group, largestGroup: largestGroup, position: before, at: .now)
        }
        return outcome
    }
}
