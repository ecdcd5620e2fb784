import Testing
import Ticketing

@testable import SeatReservation

/// Of those who want the same seat at the same moment one asks, and nobody waits for ever.
struct SeatRivalsTests {
    /// Requests that play by the rules of `SeatMap`, without a clock.
    private struct Game {
        var rivals = SeatRivals<Int>()
        var wishes: [Int: [SeatIndex]] = [:]
        var wokenFor: [Int: SeatIndex] = [:]
        var waitsFor: [Int: SeatIndex] = [:]
        var asking: Set<Int> = []
        var lost: Set<Int> = []
        var taken: Set<SeatIndex> = []

        mutating func come(_ number: Int, _ seats: [SeatIndex]) {
            wishes[number] = seats
            look(number)
        }

        mutating func look(_ number: Int) {
            let seats = wishes[number] ?? []
            let woken = wokenFor.removeValue(forKey: number)
            if let woken { rivals.arrive(at: woken) }
            var others: [Int] = []
            if !taken.isDisjoint(with: seats) {
                lost.insert(number)
                if let woken { others = rivals.settle(at: woken) }
            } else {
                switch rivals.begin(seats) {
                case .ask: asking.insert(number)
                case .wait(let seat):
                    if let woken { others = rivals.settle(at: woken) }
                    rivals.wait(number, for: seat)
                    waitsFor[number] = seat
                }
            }
            wake(others)
        }

        mutating func finish(_ number: Int, isHeld: Bool) {
            asking.remove(number)
            if isHeld { taken.formUnion(wishes[number] ?? []) }
            wake(rivals.finish(wishes[number] ?? [], areLost: isHeld))
        }

        private mutating func wake(_ numbers: [Int]) {
            for number in numbers { wokenFor[number] = waitsFor.removeValue(forKey: number) }
            for number in numbers { look(number) }
        }
    }

    @Test func `of a thousand rivals for one seat one asks, and all others have lost with its outcome`() {
        var game = Game()
        for number in 0..<1_000 { game.come(number, [7]) }
        #expect(game.asking == [0])
        game.finish(0, isHeld: true)
        #expect(game.lost.count == 999)
        #expect(game.rivals.waitingCount == 0)
    }

    @Test func `who wants another seat does not wait`() {
        var game = Game()
        game.come(0, [7])
        game.come(1, [8])
        game.come(2, [7, 8])
        #expect(game.asking == [0, 1])
        #expect(game.rivals.waitingCount == 1)
    }

    @Test func `who wants several seats waits three times, whoever else asks for one of them`() {
        var rivals = SeatRivals<Int>()
        var woken: SeatIndex?
        // Whenever one of the two seats is settled for nobody, somebody else is asking for the other one.
        #expect(rivals.begin([7]) == .ask)
        for waits in 0..<3 {
            let (contested, next): (SeatIndex, SeatIndex) = waits % 2 == 0 ? (7, 8) : (8, 7)
            #expect(rivals.begin([7, 8], waits: waits) == .wait(for: contested))
            if let woken { #expect(rivals.settle(at: woken) == []) }
            rivals.wait(0, for: contested)
            #expect(rivals.begin([next]) == .ask)
            #expect(rivals.finish([contested], areLost: false) == [0])
            rivals.arrive(at: contested)
            woken = contested
        }
        #expect(rivals.begin([7, 8], waits: 3) == .ask)
        #expect(rivals.finish([7, 8], areLost: true) == [])
        #expect(rivals.finish([8], areLost: false) == [])
        #expect(rivals.waitingCount == 0)
        #expect(rivals.begin([7, 8]) == .ask, "nothing is left of it")
    }

    @Test func `where nobody gets the seat, twice as many ask the next time`() {
        var game = Game()
        for number in 0..<1_000 { game.come(number, [7]) }
        var rounds: [Int] = []
        while !game.asking.isEmpty {
            rounds.append(game.asking.count)
            for number in game.asking { game.finish(number, isHeld: false) }
        }
        #expect(rounds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 233])
    }

    @Test(arguments: 0..<50)
    func `whatever happens, everybody has asked or lost in the end, and no seat is asked for by more than its round`(
        seed: Int
    ) {
        var random = SplitMix(state: UInt64(seed) + 1)
        var game = Game()
        for number in 0..<200 {
            let seats = Set(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    SeatIndex(Int.random(in: 0..<12, using: &random))
                })
            game.come(number, seats.sorted())
            if Bool.random(using: &random), let first = game.asking.min() {
                game.finish(first, isHeld: Int.random(in: 0..<4, using: &random) == 0)
            }
        }
        while let first = game.asking.min() {
            game.finish(first, isHeld: Int.random(in: 0..<4, using: &random) == 0)
        }
        #expect(game.rivals.waitingCount == 0)
        #expect(game.waitsFor.isEmpty && game.wokenFor.isEmpty)
    }
}
