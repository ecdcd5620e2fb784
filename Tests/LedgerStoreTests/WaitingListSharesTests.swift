import Synchronization
import Testing
import Ticketing

@testable import LedgerStore

/// Who gets what of seats that came back.
@Suite struct WaitingListSharesTests {
    private func wish(_ quantity: Int, level: Int? = nil) -> WaitingWish {
        WaitingWish(entryID: newID(Entity.WaitingListEntry.self), priceLevel: level, quantity: quantity)
    }

    private func shares(of seats: [SeatIndex], onSearch: @escaping @Sendable () -> Void = {}) -> WaitingListShares {
        WaitingListShares(seats: seats) { wish, left in
            onSearch()
            return left.sorted().first { first in
                (first..<(first + SeatIndex(wish.quantity))).allSatisfy(left.contains)
            }.map { Array($0..<($0 + SeatIndex(wish.quantity))) }
        }
    }

    private func twenty(_ wishes: [WaitingWish]) -> [WaitingListEntryID: Int] {
        Dictionary(uniqueKeysWithValues: wishes.map { ($0.entryID, 20) })
    }

    @Test func `who can't use what is there keeps the place, and the next one is asked`() {
        let wishes = [wish(3), wish(1), wish(2)]
        var shares = shares(of: [0, 1, 4, 5])
        shares.share(among: wishes, seatsLeft: twenty(wishes))
        #expect(shares.offers.map(\.entryID) == [wishes[1].entryID, wishes[2].entryID])
        #expect(shares.offers.map(\.seats) == [[0], [4, 5]])
        #expect(shares.left == [1])
    }

    @Test func `who may have no more seats is passed over`() {
        let wishes = [wish(2), wish(2), wish(2)]
        var shares = shares(of: [0, 1])
        shares.share(among: wishes, seatsLeft: [wishes[0].entryID: 1, wishes[2].entryID: 2])
        #expect(shares.offers.map(\.entryID) == [wishes[2].entryID])
    }

    @Test func `what is looked for in vain is looked for once, however many wait for it`() {
        let wishes = (0..<512).map { wish($0 % 2 == 0 ? 2 : 3, level: $0 % 4 < 2 ? nil : 1) } + [wish(1)]
        let searches = Mutex(0)
        var shares = shares(of: [0, 2, 4, 6]) { searches.withLock { $0 += 1 } }
        for page in [wishes[..<200], wishes[200...]] {
            shares.share(among: Array(page), seatsLeft: twenty(wishes))
        }
        #expect(shares.offers.map(\.entryID) == [wishes[512].entryID])
        #expect(searches.withLock { $0 } == 5, "two quantities of two price levels, and the one that fits")
    }

    @Test(arguments: 0..<50)
    func `nobody gets a seat twice, and nobody is passed over who could be served`(seed: Int) {
        var random = SeededNumbers(state: UInt64(seed) + 1)
        let seats = (0..<SeatIndex(40)).filter { _ in Bool.random(using: &random) }
        let wishes = (0..<30).map { _ in wish(Int.random(in: 1...5, using: &random)) }
        var shares = shares(of: seats)
        for page in [wishes[..<10], wishes[10...]] {
            shares.share(among: Array(page), seatsLeft: twenty(wishes))
        }
        let offers = shares.offers
        let given = offers.flatMap(\.seats)
        #expect(Set(given).count == given.count && Set(given).isSubset(of: seats))
        #expect(offers.allSatisfy { $0.seats.count == $0.quantity })
        let left = Set(seats).subtracting(given)
        #expect(shares.left == left)
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
