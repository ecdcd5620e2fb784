import Testing
import Ticketing
import Wire

@testable import SeatReservation

/// What is promised of the best seats, held against every possibility in houses that nobody drew.
@Suite struct BestGroupPropertyTests {
    @Test(arguments: 0..<40)
    func `what is found is free, fits, and is as much as was asked for`(seed: Int) {
        forEachWish(seed) { house, request in
            guard let seats = house.seats(request) else { return }
            #expect(seats.count == request.quantity)
            #expect(seats == Set(seats).sorted())
            #expect(Set(seats).isSubset(of: house.fitting(request)))
            #expect(!request.needsAccessible || seats.contains { house.isAccessible($0) })
        }
    }

    @Test(arguments: 0..<40)
    func `nothing is refused while enough is free`(seed: Int) {
        forEachWish(seed) { house, request in
            let free = house.fitting(request)
            let isThere = !request.needsAccessible || free.contains { house.isAccessible($0) }
            let isEnough =
                request.mayBeSplit ? isThere && free.count >= request.quantity : !house.groups(request).isEmpty
            #expect((house.seats(request) != nil) == isEnough)
        }
    }

    @Test(arguments: 0..<40)
    func `a group sits together wherever so many neighbours are free`(seed: Int) {
        forEachWish(seed) { house, request in
            let sparing = house.groups(request, withTraits: request.needsAccessible)
            guard let seats = house.seats(request), !sparing.isEmpty else { return }
            #expect(house.pieces(seats).max() == request.quantity)
        }
    }

    @Test(arguments: 0..<40)
    func `no single seat is left beside a group wherever that can be avoided`(seed: Int) {
        forEachWish(seed) { house, request in
            let groups = house.groups(request, withTraits: request.needsAccessible)
            guard let seats = house.seats(request), let least = groups.map(house.orphans).min() else { return }
            #expect(house.orphans(after: seats) == least)
        }
    }

    @Test(arguments: 0..<40)
    func `seats for wheelchairs are left to those who need them while others are enough`(seed: Int) {
        forEachWish(seed) { house, request in
            guard !request.needsAccessible, let seats = house.seats(request) else { return }
            let others = house.fitting(request, withTraits: false)
            let isEnough =
                request.mayBeSplit
                ? others.count >= request.quantity : !house.groups(request, withTraits: false).isEmpty
            guard isEnough else { return }
            #expect(seats.allSatisfy { house.geometry.traits[Int($0)].isEmpty })
        }
    }

    @Test(arguments: 0..<40)
    func `who is split sits in pieces as large as there are, and not alone where two and two will do`(seed: Int) {
        forEachWish(seed) { house, request in
            var wish = request
            wish.mayBeSplit = true
            wish.needsAccessible = false
            let takesAll = house.fitting(wish, withTraits: false).count < wish.quantity
            guard let seats = house.seats(wish), house.groups(wish, withTraits: takesAll).isEmpty else { return }
            let longest = (1...wish.quantity).last {
                !house.groups(SeatGroupRequest(quantity: $0, like: wish), withTraits: takesAll).isEmpty
            }
            #expect((house.pieces(seats).max() ?? 0) >= (longest ?? 0) - 1)
        }
    }

    @Test(arguments: 0..<40)
    func `a refusal says what the same wish would get`(seed: Int) {
        forEachWish(seed) { house, request in
            guard case .notEnough(let largest) = house.found(request) else { return }
            #expect(largest < request.quantity)
            if largest > 0 { #expect(house.seats(SeatGroupRequest(quantity: largest, like: request)) != nil) }
            #expect(house.seats(SeatGroupRequest(quantity: largest + 1, like: request)) == nil)
        }
    }

    @Test func `four who can't sit together sit two and two, near each other`() {
        let geometry = SeatGeometry(
            chart: SmallChart.chart(rows: [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]))
        var request = SeatGroupRequest(quantity: 4)
        request.mayBeSplit = true
        let free: Set<SeatIndex> = [0, 1, 2, 7, 8, 17]
        guard case .group(let seats) = geometry.bestGroup(for: request, isFree: free.contains) else {
            Issue.record("refused while six seats are free")
            return
        }
        #expect(Set(seats).isSuperset(of: [7, 8]), "a pair in the row behind, and nobody alone in the third")
        #expect(Set(seats).intersection([0, 1, 2]).count == 2)
    }

    @Test func `who takes anything gets standing places when no seats are left`() throws {
        let chart = try #require(try ChartFile.rowsAndAreas.imported().chart)
        let geometry = SeatGeometry(chart: chart.resource(chartId: SeatingChartID(high: 0, low: 0)))
        var request = SeatGroupRequest(quantity: 9)
        request.mayBeSplit = true
        guard case .group(let places) = geometry.bestGroup(for: request, isFree: { geometry.positions[Int($0)] == nil })
        else {
            Issue.record("refused while standing places are free")
            return
        }
        #expect(places.count == 9 && places.allSatisfy { geometry.positions[Int($0)] == nil })
        #expect(Set(places.map { geometry.sections[Int($0)] }).count == 1)
        #expect(geometry.proposal(for: request) { geometry.positions[Int($0)] == nil } == places)
    }

    @Test func `standing places are proposed where the free seats are single ones`() throws {
        let chart = try #require(try ChartFile.rowsAndAreas.imported().chart)
        let geometry = SeatGeometry(chart: chart.resource(chartId: SeatingChartID(high: 0, low: 0)))
        var request = SeatGroupRequest(quantity: 2)
        request.mayBeSplit = true
        let single = Set(geometry.order.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
        let places = try #require(
            geometry.proposal(for: request) { single.contains($0) || geometry.positions[Int($0)] == nil })
        #expect(places.count == 2 && places.allSatisfy { geometry.positions[Int($0)] == nil })
        #expect(geometry.proposal(for: request, isFree: single.contains) == nil)
    }

    @Test func `the stadium sells out by groups that may be split, and every seat of it`() throws {
        let geometry = SeatGeometry(chart: try StadiumGeometry.chart)
        var isFree = [Bool](repeating: true, count: geometry.seatCount)
        var random = SplitMix(state: 11)
        var left = geometry.seatCount
        while left > 0 {
            var request = SeatGroupRequest(quantity: min(left, Int.random(in: 1...6, using: &random)))
            request.mayBeSplit = true
            guard case .group(let seats) = geometry.bestGroup(for: request, isFree: { isFree[Int($0)] }) else {
                Issue.record("refused \(request.quantity) while \(left) are free")
                return
            }
            #expect(seats.count == request.quantity && seats.allSatisfy { isFree[Int($0)] })
            seats.forEach { isFree[Int($0)] = false }
            left -= seats.count
        }
    }

    private func forEachWish(_ seed: Int, _ body: (RandomHouse, SeatGroupRequest) -> Void) {
        var random = SplitMix(state: UInt64(seed) &* 7_919 &+ 1)
        for part in [0.15, 0.4, 0.7, 1] {
            let house = RandomHouse(&random, freePart: part)
            for _ in 0..<6 { body(house, .random(&random)) }
        }
    }
}

extension SeatGroupRequest {
    fileprivate init(quantity: Int, like other: SeatGroupRequest) {
        self.init(
            quantity: quantity, priceLevel: other.priceLevel, section: other.section,
            needsAccessible: other.needsAccessible, mayBeSplit: other.mayBeSplit)
    }
}
