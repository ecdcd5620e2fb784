import Testing
import Ticketing
import Wire

@testable import SeatReservation

/// Those who lost the same seats share the search and the bytes, and not the three seats that they are sent to.
struct LosersTests {
    private let start = ContinuousClock.now
    private let geometry = SeatGeometry(
        chart: SmallChart.chart(rows: (0..<12).map { _ in (0..<20).map(Double.init) }))

    private func view(taken: [SeatIndex], sequence: Int64 = 1) -> MapMemory.View {
        var states = PackedSeatStates(count: geometry.seatCount)
        for seat in taken { states[Int(seat)] = .held }
        return MapMemory.View(
            position: SeatsPosition(epoch: 1, sequence: sequence), states: states, openStates: states, readAt: start)
    }

    @Test func `each gets its own request's id and free neighbours`() throws {
        var losers = Losers(geometry: geometry)
        let map = view(taken: [50, 51])
        for number in 0..<100 {
            let answer = try losers.refusal(.taken([50]), wish: [50, 51], view: map, at: start)
                .refusal.answer(requestID: "request-\(number)")
            #expect(answer.status == 409)
            let problem = try #require(try answer.body?.decode(Problem.self))
            #expect(problem.code == .seatTaken && problem.seatIndexes == [50])
            #expect(problem.requestId == "request-\(number)")
            let groups = try #require(problem.alternatives)
            #expect(groups.count == 3)
            #expect(groups.allSatisfy { $0.count == 2 && $0[1] == $0[0] + 1 && !$0.contains(50) && !$0.contains(51) })
        }
    }

    @Test func `what is shared says the same as if it had been made for one`() throws {
        var losers = Losers(geometry: geometry)
        let answer = try losers.refusal(.blocked([3]), wish: [3], view: nil, at: start).refusal
            .answer(requestID: "one")
        let alone = Problem(.seatBlocked, detail: "Choose other seats.").with {
            $0.seatIndexes = [3]
            $0.alternatives = []
            $0.requestId = "one"
        }
        #expect(answer.status == alone.status)
        #expect(try answer.body?.decode(Problem.self) == alone)
    }

    @Test func `those who are told the same are told it by one refusal, and others by another`() throws {
        var losers = Losers(geometry: geometry)
        let map = view(taken: [50, 90])
        let numbers = try (0..<100).map { _ in
            try losers.refusal(.taken([50]), wish: [50], view: map, at: start).number
        }
        #expect(Set(numbers).count == Alternatives.spread)
        let other = try losers.refusal(.taken([90]), wish: [90], view: map, at: start)
        #expect(!numbers.contains(other.number))
        #expect(try other.refusal.answer(requestID: "x").body?.decode(Problem.self).seatIndexes == [90])
    }

    @Test func `the first is sent to the nearest, and those after it to others`() {
        var alternatives = Alternatives()
        let nearest = geometry.alternatives(to: [50]) { $0 != 50 }
        var offered: [[[SeatIndex]]] = []
        for _ in 0..<Alternatives.spread {
            offered.append(next(&alternatives, [50], sequence: 1, at: start) { $0 != 50 })
        }
        #expect(offered[0] == nearest)
        #expect(Set(offered.joined()).count == Alternatives.spread * Alternatives.offeredMax)
    }

    @Test func `who loses alone is looked for no more than they are offered`() {
        var alternatives = Alternatives()
        var counts: [Int] = []
        for number in 0..<12 {
            // Two by two they lose the same seat.
            let wish = [SeatIndex(number / 2 * 20)]
            _ = alternatives.next(
                for: wish, position: SeatsPosition(epoch: 1, sequence: 1), at: start, isFree: { _ in true }
            ) { count in
                counts.append(count)
                return geometry.alternatives(to: wish, count: count) { _ in true }
            }
        }
        #expect(counts == Array(repeating: [3, 24], count: 6).flatMap { $0 })
    }

    @Test func `what was taken meanwhile is offered to nobody`() {
        var alternatives = Alternatives()
        var taken: Set<SeatIndex> = [50]
        for step in 0..<60 {
            let groups = next(&alternatives, [50], sequence: Int64(step), at: start + .milliseconds(step)) {
                !taken.contains($0)
            }
            #expect(!groups.isEmpty)
            #expect(groups.allSatisfy { taken.isDisjoint(with: $0) })
            taken.formUnion(groups.joined())
        }
    }

    @Test func `where nothing was free, what is given back is found`() {
        var alternatives = Alternatives()
        #expect(next(&alternatives, [50], sequence: 1, at: start) { _ in false } == [])
        let later = start + Alternatives.renewalMin
        #expect(next(&alternatives, [50], sequence: 1, at: later) { _ in true } == [], "the map has not changed")
        #expect(next(&alternatives, [50], sequence: 2, at: later) { $0 == 9 } == [[9]])
    }

    @Test func `a batch's refusal counts while nothing has changed, and not for long`() {
        var wishes = RefusedWishes()
        let wish = SeatGroupRequest(quantity: 4)
        let here = SeatsPosition(epoch: 1, sequence: 8)
        wishes.add(wish, largestGroup: 3, position: here, at: start)
        #expect(wishes.largestGroup(for: wish, position: here, at: start + .milliseconds(100)) == 3)
        #expect(wishes.largestGroup(for: wish, position: here, at: start + .milliseconds(101)) == nil)
        #expect(wishes.largestGroup(for: SeatGroupRequest(quantity: 5), position: here, at: start) == nil)
        let changed = SeatsPosition(epoch: 1, sequence: 9)
        #expect(wishes.largestGroup(for: wish, position: changed, at: start) == nil)
    }

    private func next(
        _ alternatives: inout Alternatives, _ wish: [SeatIndex], sequence: Int64, at now: ContinuousClock.Instant,
        isFree: @escaping (SeatIndex) -> Bool
    ) -> [[SeatIndex]] {
        alternatives.next(
            for: wish, position: SeatsPosition(epoch: 1, sequence: sequence), at: now, isFree: isFree
        ) { geometry.alternatives(to: wish, count: $0, isFree: isFree) }
    }
}
