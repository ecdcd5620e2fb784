import Synchronization
import Testing
import Ticketing

@testable import LedgerStore

/// The choices of one batch, made on one map.
@Suite struct SeatChoicesTests {
    private func choices(seatCount: Int, held: [Int] = []) -> SeatChoices {
        var states = PackedSeatStates(count: seatCount)
        for seat in held { states[seat] = .held }
        return SeatChoices(states: states, now: .now)
    }

    @Test func `what the first is given the second can't have`() {
        var choices = choices(seatCount: 5)
        let wishes = (0..<3).map { _ in choice(of: 2) }
        for wish in wishes { choices.add(customer: wish.customerID, seatsLeft: 4) }
        let chosen = wishes.map { choices.chosen($0) }
        #expect(chosen.map(\.seatIndexes) == [[0, 1], [2, 3], []])
        #expect(chosen.map(\.isRefused) == [false, false, true])
        #expect(chosen[2].largestGroup == 1)
    }

    @Test func `who gets no seat whatever is free takes none from the others, and is not refused for want of seats`() {
        var choices = choices(seatCount: 2)
        let wishes = [choice(of: 2), choice(of: 2), choice(of: 2)]
        choices.add(customer: wishes[0].customerID, seatsLeft: nil)
        choices.add(customer: wishes[1].customerID, seatsLeft: 1)
        choices.add(customer: wishes[2].customerID, seatsLeft: 2)
        let chosen = wishes.map { choices.chosen($0) }
        #expect(chosen.map(\.seatIndexes) == [[], [], [0, 1]])
        #expect(chosen.allSatisfy { !$0.isRefused })
    }

    @Test func `a smaller wish after one in vain is looked for, and the same one is not`() {
        var choices = choices(seatCount: 3)
        let looks = Looks()
        let wishes = [4, 4, 1, 4].map { looks.counting($0) }
        for wish in wishes { choices.add(customer: wish.customerID, seatsLeft: 9) }
        let chosen = wishes.map { choices.chosen($0) }
        #expect(chosen.map(\.seatIndexes) == [[], [], [0], []])
        #expect(chosen.map(\.largestGroup) == [3, 3, 0, 2])
        #expect(looks.count == 3, "the second four was told what the first one was")
    }

    @Test func `held seats whose time is over are free after all`() {
        var choices = choices(seatCount: 3, held: [0, 2])
        #expect(choices.hasHeldSeats)
        choices.free([2, 9])
        let wish = choice(of: 2)
        choices.add(customer: wish.customerID, seatsLeft: 2)
        #expect(choices.chosen(wish).seatIndexes == [1, 2])
    }
}

/// Counts how often seats are looked for.
private final class Looks: Sendable {
    private let looks = Mutex(0)

    var count: Int { looks.withLock { $0 } }

    func counting(_ quantity: Int) -> SeatChoiceItem {
        let plain = choice(of: quantity)
        return SeatChoiceItem(
            holdID: plain.holdID, customerID: plain.customerID, idempotencyKey: plain.idempotencyKey, fingerprint: [1],
            requestID: "request-1", quantity: quantity, wish: "\(quantity)", knownMap: { nil },
            choose: { [self] states in
                looks.withLock { $0 += 1 }
                return plain.choose(states)
            })
    }
}
