import Testing
import Ticketing

@testable import LoadModel

/// What is counted, and where.
struct TallyTests {
    @Test func `kinds of answers are kept apart`() {
        var tally = StepTally()
        for _ in 0..<6 { tally.ask() }
        tally.count(.accepted(LoadFacts()), microseconds: 1_000, at: 7)
        tally.count(.refused(code: "seat_taken", alternative: [1]), microseconds: 2_000, at: 7)
        tally.count(.refused(code: "seat_taken", alternative: nil), microseconds: 2_000, at: 7)
        tally.count(.shed(code: "overloaded", afterSeconds: 1), microseconds: 10, at: 7)
        tally.count(.strange(status: 500), microseconds: 5, at: 7)
        tally.count(.lost(.late), microseconds: 9_000_000, at: 7)
        #expect(tally.asked == 6)
        #expect(tally.accepted.count == 1 && tally.refused.count == 2 && tally.shed.count == 1)
        #expect(tally.refusals == ["seat_taken": 2] && tally.sheds == ["overloaded": 1])
        #expect(tally.strange == [500: 1] && tally.lost == [.late: 1])
        #expect(tally.lastAcceptedAt == 7)
        #expect(tally.taken == 2 && tally.takenWithOthers == 1)
    }

    @Test func `two threads' tallies make one`() {
        var left = LoadTally(phases: 2)
        var right = LoadTally(phases: 2)
        left[phase: 0][.hold].count(.accepted(LoadFacts()), microseconds: 5, at: 900)
        left[phase: 0].arrivals = 3
        left[secondOf: 0].goals = 1
        right[phase: 0][.hold].count(.accepted(LoadFacts()), microseconds: 7, at: 800)
        right[phase: 2].end(.left)
        right[secondOf: 2_500_000_000].count(.lost(.broken), .hold, microseconds: 1)
        left.merge(right)
        #expect(left.phases[0][.hold].accepted.count == 2)
        #expect(left.whole[.hold].lastAcceptedAt == 900)
        #expect(left.phases[2].ends == [.left: 1])
        #expect(left.whole.arrivals == 3)
        #expect(left.seconds.map(\.lost) == [0, 0, 1])
        #expect(left.seconds[0].goals == 1)
    }

    @Test func `refusals are unjust where somebody who asked later was given as many`() {
        var book = WishBook()
        book.refused(4, answeredAt: 100)
        book.refused(2, answeredAt: 300)
        book.granted(2, of: 2, askedAt: 200)
        #expect(book.unjustRefusals == 0)
        // Asked for before the refusal was there: both are right.
        book.granted(4, of: 4, askedAt: 90)
        #expect(book.unjustRefusals == 0)
        var other = WishBook()
        other.granted(6, of: 6, askedAt: 250)
        book.merge(other)
        #expect(book.unjustRefusals == 1)
        book.granted(2, of: 2, askedAt: 301)
        #expect(book.unjustRefusals == 2)
        #expect(book.seatsGiven == 14 && book.halfGroups == 0)
    }

    @Test func `half a group is told`() {
        var book = WishBook()
        book.granted(3, of: 4, askedAt: 1)
        var other = WishBook()
        other.granted(2, of: 2, askedAt: 1)
        other.granted(1, of: 2, askedAt: 2)
        book.merge(other)
        #expect(book.halfGroups == 2 && book.seatsGiven == 6)
    }
}

/// The queue, as those in it see it.
struct QueueBookTests {
    private static let second: Int64 = 1_000_000_000

    /// People who come one a second from 0 on and are told their rank after the opening.
    private func book(ranks: [Int], openedAt: Int64) -> QueueBook {
        var book = QueueBook()
        for (number, rank) in ranks.enumerated() {
            let serial = UInt64(number + 1)
            let at = Int64(number) * Self.second
            book.asked(serial, at: at)
            book.told(serial, QueuePlace(), at: at + 1_000, openedAt: openedAt)
            book.told(serial, QueuePlace(position: rank), at: openedAt + 5 * Self.second, openedAt: openedAt)
        }
        return book
    }

    @Test func `ranks by arrival are seen, and ranks by chance as well`() throws {
        let opening = 10_000 * Self.second
        #expect(book(ranks: Array(1...500), openedAt: opening).rankCorrelation == 1)
        #expect(book(ranks: Array((1...500).reversed()), openedAt: opening).rankCorrelation == -1)
        var random = SeededRandom(seed: 4)
        let byChance = try #require(
            book(ranks: (1...5_000).shuffled(using: &random), openedAt: opening).rankCorrelation)
        #expect(abs(byChance) < 0.05)
        #expect(book(ranks: [1, 2], openedAt: opening).rankCorrelation == nil)
    }

    @Test func `a ranking that was published counts for more than what people were told`() {
        var book = QueueBook()
        var ranking: [QueuePlace.EntryID: Int] = [:]
        for number in 1...9 {
            let id = QueuePlace.EntryID(high: UInt64(number), low: 1)
            book.asked(UInt64(number), at: Int64(number))
            book.told(UInt64(number), QueuePlace(entryID: id, position: number), at: Int64(number), openedAt: 0)
            ranking[id] = 10 - number
        }
        // Nobody came before the opening, as far as they know.
        #expect(book.rankCorrelation == nil)
        book.rank(by: ranking)
        #expect(book.rankCorrelation == -1)
    }

    @Test func `who overtakes somebody whose place was confirmed before is counted`() {
        var book = QueueBook()
        func enters(_ serial: UInt64, asked: Int64, answered: Int64, until: Int64?) {
            book.asked(serial, at: asked)
            book.told(serial, QueuePlace(position: 1), at: answered, openedAt: 0)
            let end = until.map { Timestamp(unixMicroseconds: $0) }
            book.told(
                serial, QueuePlace(admission: until == nil ? nil : "t", admittedUntil: end), at: answered + 50,
                openedAt: 0)
        }
        enters(1, asked: 10, answered: 20, until: 100)
        // At the same time as the first: either may be first.
        enters(2, asked: 15, answered: 40, until: 90)
        enters(3, asked: 30, answered: 45, until: 99)
        // Left silently, and holds nobody up.
        enters(4, asked: 46, answered: 47, until: nil)
        enters(5, asked: 60, answered: 70, until: 120)
        #expect(book.inversions == 1)
        #expect(book.count == 5 && book.placed == 5 && book.admitted == 4)
    }

    @Test func `an estimate is held against the wait that came of it`() {
        var book = QueueBook()
        book.asked(1, at: 0)
        book.told(1, QueuePlace(position: 3, waitSeconds: 8), at: Self.second, openedAt: 0)
        // Later ones are not the first.
        book.told(1, QueuePlace(position: 1, waitSeconds: 1), at: 5 * Self.second, openedAt: 0)
        book.told(1, QueuePlace(admission: "t"), at: 11 * Self.second, openedAt: 0)
        #expect(book.estimateErrors == [0.2])
        #expect(book.waits == [11])
    }

    @Test func `what is told before the rank is known is no estimate of ours`() {
        var book = QueueBook()
        book.asked(1, at: 0)
        book.told(1, QueuePlace(waitSeconds: 100), at: Self.second, openedAt: 0)
        book.told(1, QueuePlace(position: 3, waitSeconds: 8), at: 2 * Self.second, openedAt: 0)
        book.told(1, QueuePlace(admission: "t"), at: 12 * Self.second, openedAt: 0)
        #expect(book.estimateErrors == [0.2])
    }

    @Test func `what was told before the opening is no estimate of ours`() {
        var book = QueueBook()
        book.asked(1, at: 0)
        book.told(1, QueuePlace(waitSeconds: 100), at: 1, openedAt: Self.second)
        book.told(1, QueuePlace(admission: "t"), at: 2 * Self.second, openedAt: Self.second)
        #expect(book.estimateErrors.isEmpty)
    }
}

/// How late viewers see what is held.
struct MapLagBookTests {
    private static let second: Int64 = 1_000_000_000

    @Test func `each viewer's lag counts, from the answer on`() {
        var book = MapLagBook()
        book.note(MapLagBook.Mark(seats: [3], answeredAt: 10 * Self.second, expiresAt: 40 * Self.second))
        book.see(
            MapLagBook.Arrival(
                held: [3], freed: [], firstAt: 10 * Self.second + 20_000_000, lateness: [2, 0, 1]))
        #expect(book.holds.count == 3)
        #expect(book.holds.maximum == 22_000)
        #expect(book.seconds[10]?.count == 3)
    }

    @Test func `who sees it before the answer is there is not late`() {
        var book = MapLagBook()
        book.see(MapLagBook.Arrival(held: [3], freed: [], firstAt: 10 * Self.second, lateness: [1]))
        book.note(
            MapLagBook.Mark(seats: [3], answeredAt: 10 * Self.second + 5_000_000, expiresAt: 40 * Self.second))
        #expect(book.holds.count == 1 && book.holds.maximum == 0)
    }

    @Test func `a lapse is late from its deadline on, and seats that were given back are none`() {
        var book = MapLagBook()
        for seat: SeatIndex in [1, 2] {
            book.note(MapLagBook.Mark(seats: [seat], answeredAt: 0, expiresAt: 20 * Self.second))
        }
        book.see(MapLagBook.Arrival(held: [], freed: [1], firstAt: 5 * Self.second, lateness: [1]))
        book.see(
            MapLagBook.Arrival(held: [], freed: [2], firstAt: 20 * Self.second + 300_000_000, lateness: [4]))
        #expect(book.lapses.count == 4 && book.lapses.maximum == 300_000)
    }

    @Test func `holds that nobody saw are counted, each once`() {
        var book = MapLagBook()
        for seats: [SeatIndex] in [[1, 2], [3], [4], [5]] {
            book.note(MapLagBook.Mark(seats: seats, answeredAt: 10 * Self.second, expiresAt: 40 * Self.second))
        }
        #expect(book.unseen == 4)
        book.see(MapLagBook.Arrival(held: [3], freed: [], firstAt: 11 * Self.second, lateness: [1]))
        // What was free before the hold says nothing of it; what is sold, or free again, was held.
        book.see(MapLagBook.Arrival(held: [], freed: [1, 2], firstAt: 9 * Self.second, lateness: [1]))
        book.see(MapLagBook.Arrival(held: [], freed: [4], sold: [5], firstAt: 12 * Self.second, lateness: [1]))
        #expect(book.unseen == 1)
    }

    @Test func `seats that somebody else holds say nothing`() {
        var book = MapLagBook()
        book.see(MapLagBook.Arrival(held: [9], freed: [8], firstAt: Self.second, lateness: [5]))
        #expect(book.holds.isEmpty && book.lapses.isEmpty)
    }
}
