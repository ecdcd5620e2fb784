import Testing
import Ticketing
import Wire

@testable import SeatReservation

@Suite struct BestGroupTests {
    @Test func `neighbours are neighbours by position and not by label`() {
        // Listed as a house with odd and even sides does: 1, 2, 3 … by label, 0, 5, 1, 4, 2, 3 by position.
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 5, 1, 4, 2, 3]]))
        #expect([[0, 2, 4, 5, 3, 1], [1, 3, 5, 4, 2, 0]].contains(geometry.order))
        let pair = geometry.bestGroup(for: SeatGroupRequest(quantity: 2)) { [0, 1, 2].contains($0) }
        #expect(pair == .group([0, 2]))
    }

    @Test func `an aisle breaks a row, whatever the labels say`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 1, 2, 4, 5]]))
        let request = SeatGroupRequest(quantity: 3)
        #expect(geometry.bestGroup(for: request) { _ in true } == .group([0, 1, 2]))
        #expect(geometry.bestGroup(for: request) { $0 != 1 } == .notEnough(largestGroup: 2))
    }

    @Test func `a row that is all aisles has no neighbours`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 1, 2, 3], [0, 3, 6]]))
        #expect(geometry.runs.map(\.range.count).sorted() == [1, 1, 1, 4])
    }

    @Test func `the nearer row is better, and the middle of it`() {
        let eight = [0.0, 1, 2, 3, 4, 5, 6, 7]
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [eight, eight], focalPoint: [3.5, -2]))
        #expect(geometry.bestGroup(for: SeatGroupRequest(quantity: 2)) { _ in true } == .group([3, 4]))
        #expect(geometry.bestGroup(for: SeatGroupRequest(quantity: 2)) { $0 > 7 } == .group([11, 12]))
    }

    @Test func `no single seat is left where another group does as well`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 1, 2, 3, 4]], focalPoint: [2, -2]))
        let group = geometry.bestGroup(for: SeatGroupRequest(quantity: 3)) { _ in true }
        #expect(group == .group([0, 1, 2]) || group == .group([2, 3, 4]), "the middle three would leave two orphans")
        let four = geometry.bestGroup(for: SeatGroupRequest(quantity: 4)) { _ in true }
        #expect(four == .group([0, 1, 2, 3]) || four == .group([1, 2, 3, 4]), "an orphan is no reason to refuse")
    }

    @Test func `a price level and a section are kept`() throws {
        let geometry = SeatGeometry(chart: try StadiumGeometry.chart)
        let level = try #require(geometry.priceLevelNumbers["outfield"])
        let outfield = try #require(
            geometry.groupRequest(for: BestAvailableRequest(priceLevelId: "outfield", quantity: 4)))
        let seats = try #require(geometry.bestGroup(for: outfield) { _ in true }.seats)
        #expect(seats.allSatisfy { geometry.levels[Int($0)] == level })
        let inSection = try #require(geometry.groupRequest(for: BestAvailableRequest(sectionId: "s21", quantity: 4)))
        let others = try #require(geometry.bestGroup(for: inSection) { _ in true }.seats)
        #expect(others.allSatisfy { geometry.sections[Int($0)] == 20 })
        #expect(geometry.groupRequest(for: BestAvailableRequest(priceLevelId: "gold", quantity: 4)) == nil)
        #expect(geometry.groupRequest(for: BestAvailableRequest(sectionId: "none", quantity: 4)) == nil)
    }

    @Test func `accessible seats are for those who need them, and go last to others`() throws {
        var chart = SmallChart.chart(rows: [[0, 1, 2, 3], [0, 1, 2, 3]])
        chart.sections[0].rows[0].seats[1].accessible = true
        chart.sections[0].rows[0].seats[2].companion = true
        let geometry = SeatGeometry(chart: chart)
        let pair = SeatGroupRequest(quantity: 2)
        let special = SeatGroupRequest(quantity: 2, needsAccessible: true)
        let ordinary = try #require(geometry.bestGroup(for: pair) { _ in true }.seats)
        #expect(ordinary.allSatisfy { $0 >= 4 })
        #expect(try #require(geometry.bestGroup(for: special) { _ in true }.seats).contains(1))
        #expect(geometry.bestGroup(for: pair) { [1, 2].contains($0) } == .group([1, 2]))
        #expect(geometry.bestGroup(for: special) { $0 != 1 } == .notEnough(largestGroup: 0))
    }

    @Test func `general-admission places come from their section only`() throws {
        let chart = try #require(try ChartFile.rowsAndAreas.imported().chart)
        let geometry = SeatGeometry(chart: chart.resource(chartId: SeatingChartID(high: 0, low: 0)))
        let request = SeatGroupRequest(quantity: 90, section: 1)
        #expect(geometry.bestGroup(for: request) { _ in true } == .group((32..<122).map { SeatIndex($0) }))
        #expect(geometry.bestGroup(for: request) { $0 % 2 == 0 } == .notEnough(largestGroup: 50))
        #expect(geometry.bestGroup(for: SeatGroupRequest(quantity: 9)) { _ in true } == .notEnough(largestGroup: 8))
    }

    @Test func `the seats of a table are neighbours around it`() throws {
        let chart = try #require(try ChartFile.tables.imported(repairing: true).chart)
        let geometry = SeatGeometry(chart: chart.resource(chartId: SeatingChartID(high: 0, low: 0)))
        #expect(geometry.runs.map(\.range.count) == [6, 6])
        #expect(geometry.bestGroup(for: SeatGroupRequest(quantity: 6)) { _ in true }.seats?.count == 6)
    }

    @Test func `nothing is refused while it is free, until the stadium is empty`() throws {
        let geometry = SeatGeometry(chart: try StadiumGeometry.chart)
        var isFree = [Bool](repeating: true, count: geometry.seatCount)
        var granted = 0
        for quantity in [5, 4, 3, 2, 1] {
            let request = SeatGroupRequest(quantity: quantity)
            while let seats = geometry.bestGroup(for: request, isFree: { isFree[Int($0)] }).seats {
                #expect(seats.count == quantity && seats.allSatisfy { isFree[Int($0)] })
                seats.forEach { isFree[Int($0)] = false }
                granted += quantity
            }
        }
        #expect(granted == geometry.seatCount)
    }

    @Test(arguments: [0.5, 0.1, 0.02])
    func `a refusal tells the truth about the largest group`(freePart: Double) throws {
        let geometry = SeatGeometry(chart: try StadiumGeometry.chart)
        var random = SplitMix(state: UInt64(freePart * 1_000))
        let isFree = (0..<geometry.seatCount).map { _ in Double.random(in: 0..<1, using: &random) < freePart }
        let find = { (quantity: Int) in
            geometry.bestGroup(for: SeatGroupRequest(quantity: quantity)) { isFree[Int($0)] }
        }
        guard case .notEnough(let largest) = find(40) else {
            Issue.record("forty side by side in the stadium")
            return
        }
        for quantity in 1...largest {
            let seats = try #require(find(quantity).seats)
            #expect(seats.count == quantity && seats.allSatisfy { isFree[Int($0)] })
        }
        #expect(find(largest + 1) == .notEnough(largestGroup: largest))
    }
}

extension SeatGroupOutcome {
    fileprivate var seats: [SeatIndex]? {
        if case .group(let seats) = self { seats } else { nil }
    }
}
