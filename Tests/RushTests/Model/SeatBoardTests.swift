import Testing
import Ticketing

@testable import LoadModel

/// The seats as those who come see them.
struct SeatBoardTests {
    @Test(arguments: [SeatBoard.NearWhat.anywhere, .theFront])
    func `seats are picked side by side, and only free ones`(near: SeatBoard.NearWhat) throws {
        var board = SeatBoard(seatCount: 200)
        var random = SeededRandom(seed: 2)
        var taken: Set<SeatIndex> = []
        while let seats = board.pick(4, near: near, &random) {
            #expect(seats.count == 4 && taken.isDisjoint(with: seats))
            taken.formUnion(seats)
            board.took(seats)
        }
        // What is left is fewer than four.
        #expect(board.freeCount == 200 - taken.count)
        #expect(board.freeCount < 4)
    }

    @Test func `where no row is free seats apart will do`() {
        var board = SeatBoard(seatCount: 20)
        var random = SeededRandom(seed: 2)
        board.took((0..<20).filter { $0 % 2 == 0 }.map { SeatIndex($0) })
        let seats = board.pick(3, near: .anywhere, &random)
        #expect(seats?.count == 3 && seats?.allSatisfy { $0 % 2 == 1 } == true)
    }

    @Test func `the front is looked at more than the back`() {
        let board = SeatBoard(seatCount: 1_000)
        var random = SeededRandom(seed: 8)
        var front = 0
        for _ in 0..<2_000 where (board.pick(1, near: .theFront, &random)?.first ?? 999) < 125 { front += 1 }
        #expect((900...1_100).contains(front))
    }

    @Test func `what lapses is free again, and no earlier`() {
        var board = SeatBoard(seatCount: 10)
        board.took([0, 1, 2], until: 100)
        board.took([3], until: 200)
        board.lapse(until: 99)
        #expect(board.freeCount == 6)
        board.lapse(until: 100)
        #expect(board.freeCount == 9)
        board.lapse(until: 1_000)
        #expect(board.freeCount == 10)
    }

    @Test func `a map that came says what is free`() {
        var board = SeatBoard(seatCount: 8)
        var map = PackedSeatStates(count: 8)
        for seat in 0..<8 where seat != 5 { map[seat] = .sold }
        board.read(map)
        var random = SeededRandom(seed: 1)
        #expect(board.freeCount == 1)
        #expect(board.pick(1, near: .anywhere, &random) == [5])
        #expect(board.pick(2, near: .anywhere, &random) == nil)
        board.freed([6])
        board.freed([6])
        #expect(board.freeCount == 2)
        // Another hall's map is none of ours.
        board.read(PackedSeatStates(count: 9))
        #expect(board.freeCount == 2)
        board.took([-1, 100])
        #expect(board.freeCount == 2)
    }
}
