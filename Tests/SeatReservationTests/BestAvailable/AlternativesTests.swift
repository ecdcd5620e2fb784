import Testing
import Ticketing
import Wire

@testable import SeatReservation

@Suite struct AlternativesTests {
    private let eight = [0.0, 1, 2, 3, 4, 5, 6, 7]

    @Test func `the loser of a pair is offered the pairs beside it`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [eight, eight]))
        let lists = geometry.alternatives(to: [2, 3]) { ![2, 3].contains($0) }
        #expect(lists.count == 3)
        #expect(lists.allSatisfy { $0.count == 2 })
        #expect([[10, 11], [0, 1], [4, 5]].contains(lists[0]))
        #expect(Set(lists.joined()).count == 6, "no seat is offered twice")
        #expect(lists.joined().allSatisfy { ![2, 3].contains($0) })
    }

    @Test func `seats that were asked for and are still free may be in an alternative`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 1, 2, 3, 4, 5]]))
        #expect(geometry.alternatives(to: [1, 2, 3]) { $0 != 1 }.first == [2, 3, 4])
    }

    @Test func `where no group is left, the nearest single seats are offered together`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [eight]))
        #expect(geometry.alternatives(to: [3, 4]) { [0, 2, 5, 7].contains($0) } == [[2, 5]])
        #expect(geometry.alternatives(to: [3, 4]) { $0 == 0 } == [])
    }

    @Test func `the same price level comes before nearness`() {
        var chart = SmallChart.chart(rows: [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]])
        chart.priceLevels.append(ChartPriceLevelResource(priceLevelId: "b", name: "B", color: "#000000"))
        for seat in 0..<4 { chart.sections[0].rows[1].seats[seat].priceLevelId = "b" }
        let geometry = SeatGeometry(chart: chart)
        let lists = geometry.alternatives(to: [0, 1]) { $0 >= 4 }
        #expect(lists.count == 3)
        #expect(lists.prefix(2).allSatisfy { $0.allSatisfy { $0 >= 8 } })
        #expect(lists.last?.allSatisfy { (4..<8).contains($0) } == true)
    }

    @Test func `accessible seats are offered only instead of accessible ones`() {
        var chart = SmallChart.chart(rows: [[0, 1, 2, 3], [0, 1, 2, 3]])
        chart.sections[0].rows[0].seats[1].accessible = true
        chart.sections[0].rows[1].seats[1].accessible = true
        let geometry = SeatGeometry(chart: chart)
        #expect(geometry.alternatives(to: [0]) { $0 > 0 }.joined().allSatisfy { $0 != 1 && $0 != 5 })
        #expect(geometry.alternatives(to: [1]) { $0 != 1 } == [[5]])
    }

    @Test func `places without a position are exchanged for others of their section`() throws {
        let chart = try #require(try ChartFile.rowsAndAreas.imported().chart)
        let geometry = SeatGeometry(chart: chart.resource(chartId: SeatingChartID(high: 0, low: 0)))
        #expect(geometry.alternatives(to: [32, 33]) { $0 > 33 } == [[34, 35], [36, 37], [38, 39]])
        #expect(geometry.alternatives(to: [32, 33]) { $0 == 34 } == [])
    }

    @Test func `indexes that the chart doesn't have are offered nothing`() {
        let geometry = SeatGeometry(chart: SmallChart.chart(rows: [[0, 1]]))
        #expect(geometry.alternatives(to: [-1]) { _ in true } == [])
        #expect(geometry.alternatives(to: [2]) { _ in true } == [])
        #expect(geometry.alternatives(to: []) { _ in true } == [])
    }

    @Test func `in the stadium they are of the level, and side by side`() throws {
        let geometry = SeatGeometry(chart: try StadiumGeometry.chart)
        var random = SplitMix(state: 3)
        let isFree = (0..<geometry.seatCount).map { _ in Int.random(in: 0..<10, using: &random) < 6 }
        for _ in 0..<100 {
            let run = geometry.runs[Int.random(in: 0..<geometry.runs.count, using: &random)]
            guard run.range.count >= 2 else { continue }
            let asked = Array(geometry.order[run.range.lowerBound..<(run.range.lowerBound + 2)])
            let lists = geometry.alternatives(to: asked) { isFree[Int($0)] }
            #expect(lists.count == 3)
            for list in lists {
                #expect(list.count == 2 && list.allSatisfy { isFree[Int($0)] })
                #expect(list.allSatisfy { geometry.levels[Int($0)] == geometry.levels[Int(asked[0])] })
                let points = list.compactMap { geometry.positions[Int($0)] }
                #expect(points[0].distance(to: points[1]) < 1.1)
            }
        }
    }
}
