import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Ticketing
import Wire

extension SeatMap {
    /// Begins a wish for seats of our choice. Memory proposes neighbours, which a batch grants as it grants named seats;
    /// where it knows none, or others of another replica were quicker, the choice is made under the performance's lock. So
    /// whoever is refused is refused by a batch: never because of what others only asked for, and never for being too slow.
    func begin(_ place: Int, of holds: HoldsUnderWay, _ request: BestAvailableRequest) {
        guard let group = geometry.groupRequest(for: request) else {
            let problem = Problem(.invalidRequest).with {
                $0.fields = [FieldProblem(path: "best_available", code: "unknown")]
            }
            return refuse(place, of: holds, problem)
        }
        guard let view = memory.view else { return refuse(place, of: holds, Problem(.notFound)) }
        let position = view.position
        if let seats = geometry.proposal(for: group, isFree: { view.openStates[Int($0)] == .available }) {
            ask(WishUnderWay(place, of: holds, .proposed(for: group), seats: seats))
            return
        }
        let wish = WishUnderWay(place, of: holds, .proposed(for: group), seats: [])
        if let largestGroup = refusedWishes.largestGroup(for: group, position: position, at: .now) {
            wishes.unlucky.append(
                WishesWaiting.Unlucky(wish: wish, reason: .notEnough(largestGroup: largestGroup)))
        } else {
            wishes.choosing.append((wish, group))
        }
    }

    /// Lets a batch choose for all who wait for that, by what is true under its lock.
    func letChoose() async {
        let choosing = wishes.take(\.choosing)
        let before = memory.view?.position
        let items = choosing.map { (choice(for: $0.wish, $0.group), $0.wish.asked.deadline) }
        let outcomes = await door.hold(items, in: performance)
        let after = memory.view?.position
        for (chosen, outcome) in zip(choosing, outcomes) {
            switch outcome {
            case .failure(let failure): chosen.wish.failed(failure)
            case .success(let outcome):
                if case .notEnoughSeats(let largestGroup) = outcome, let before, before == after {
                    refusedWishes.add(chosen.group, largestGroup: largestGroup, position: before, at: .now)
                }
                tell(chosen.wish, outcome)
            }
        }
    }

    private func choice(for wish: WishUnderWay, _ group: SeatGroupRequest) -> SeatChoiceItem {
        SeatChoiceItem(
            holdID: HoldID(at: .now), customerID: wish.asked.key.customerID, idempotencyKey: wish.asked.key.key,
            fingerprint: wish.asked.key.fingerprint, requestID: wish.asked.requestID, quantity: group.quantity,
            wish: "\(group)",
            knownMap: { [memory] in memory.known },
            choose: { [geometry] states in
                switch geometry.bestGroup(for: group, isFree: { states[Int($0)] == .available }) {
                case .group(let seats): .seats(seats)
                case .notEnough(let largestGroup): .notEnough(largestGroup: largestGroup)
                }
            })
    }
}
