import Testing
import Ticketing

@testable import LedgerStore

/// Who gets what of seats that came back.
@Suite struct WaitingListSharesTests {
    private func wish(_ quantity: Int, level: Int? = nil) -> WaitingWish {
        WaitingWish(entryID: newID(Entity.WaitingListEntry.self), priceLevel: level, quantity: quantity)
    }

    private func shares(_ wishes: [WaitingWish], of seats: [SeatIndex]) -> WaitingListShares {
        WaitingListShares(wishes: wishes, seats: seats) { wish, left in
            left.sorted().first { first in
                (first..<(first + SeatIndex(wish.quantity))).allSatisfy(left.contains)
            }.map { Array($0..<($0 + SeatIndex(wish.quantity))) }
        }
    }

    @Test func `who can't use what is there keeps the place, and the next one is asked`() {
        let wishes = [wish(3), wish(1), wish(2)]
        let offers = shares(wishes, of: [0, 1, 4, 5]).offers()
        #expect(offers.map(\.entryID) == [wishes[1].entryID, wishes[2].entryID])
        #expect(offers.map(\.seats) == [[0], [4, 5]])
    }

    @Test func `who may have no more seats is passed over, once that is known`() {
        let wishes = [wish(2), wish(2), wish(2)]
        var shares = shares(wishes, of: [0, 1])
        #expect(shares.unknown(of: shares.offers()) == [wishes[0].entryID])
        shares.learn(wishes[0].entryID, seatsLeft: 1)
        #expect(shares.unknown(of: shares.offers()) == [wishes[1].entryID])
        shares.learn(wishes[1].entryID, seatsLeft: nil)
        shares.learn(wishes[2].entryID, seatsLeft: 2)
        #expect(shares.offers().map(\.entryID) == [wishes[2].entryID])
        #expect(shares.unknown(of: shares.offers()) == [])
    }

    @Test(arguments: 0..<50)
    func `nobody gets a seat twice, and nobody is passed over who could be served`(seed: Int) {
        var random = SeededNumbers(state: UInt64(seed) + 1)
        let seats = (0..<SeatIndex(40)).filter { _ in Bool.random(using: &random) }
        let wishes = (0..<30).map { _ in wish(Int.random(in: 1...5, using: &random)) }
        let offers = shares(wishes, of: seats).offers()
        let given = offers.flatMap(\.seats)
        #expect(Set(given).count == given.count && Set(given).isSubset(of: seats))
        #expect(offers.allSatisfy { $0.seats.count == $0.quantity })
        let left = Set(seats).subtracting(given)
        let served = Set(offers.map(\.entryID))
        for wish in wishes where !served.contains(wish.entryID) {
            let fits = left.contains { first in
                (first..<(first + SeatIndex(wish.quantity))).allSatisfy(left.contains)
            }
            #expect(!fits)
        }
    }
}

/// Numbers that are the same in each run.
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
