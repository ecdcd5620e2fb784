import Testing
import Ticketing
import Wire

@testable import SeatReservation

@Suite struct ChartFormatTests {
    @Test func `a pretix plan with repeated guids is refused with them`() throws {
        let result = try ChartFile.pretix.imported()
        #expect(result.chart == nil)
        let repeated = try #require(result.problems.first { $0.code == .repeatedSeatId })
        #expect(repeated.idCount == 126)
        #expect(repeated.ids.first == "FirstFloor-A-1")
        #expect(result.problems.contains { $0.code == .repeatedSeatLabel })
        #expect(result.problems.contains { $0.code == .seatsInOnePlace && $0.idCount == 162 })
    }

    @Test func `the same plan is mended on request, and each mending is told`() throws {
        let result = try ChartFile.pretix.imported(repairing: true)
        let chart = try #require(result.chart)
        #expect(chart.seatCount == 738)
        #expect(result.problems.map(\.weight) == [.mended, .mended, .mended])
        #expect(Set(chart.seatLabels).count == 738)
        #expect(chart.priceLevels.map(\.name) == ["Category I", "Category II", "Category IV", "Category V"])
        let seats = chart.sections.flatMap(\.rows).flatMap(\.seats)
        #expect(Set(seats.compactMap(\.position)).count == 738)
    }

    @Test func `general-admission areas become numbered places without a position`() throws {
        let result = try ChartFile.rowsAndAreas.imported()
        #expect(result.problems == [])
        let chart = try #require(result.chart)
        #expect(chart.sections.map(\.name) == ["Main", "GA1", "GA2"])
        #expect(chart.sections.map(\.isGeneralAdmission) == [false, true, true])
        #expect(chart.seatCount == 232)
        #expect(chart.sections[1].rows[0].seats.allSatisfy { $0.position == nil })
        #expect(chart.sections[1].outline.count == 36)
        #expect(chart.seatLabels[32] == "GA1, place 1")
    }

    @Test func `sections place their seats by their corner, and give them their category`() throws {
        let result = try ChartFile.sections.imported()
        let chart = try #require(result.chart)
        #expect(chart.sections.map(\.name) == ["Section A", "Section B"])
        #expect(chart.seatCount == 71)
        #expect(chart.priceLevels.map(\.name) == ["cat1", "cat2"])
        #expect(Set(chart.sections[1].rows.flatMap(\.seats).map(\.priceLevel)) == [1])
        let left = try #require(chart.sections[0].rows[0].seats.last?.position)
        let right = try #require(chart.sections[1].rows[0].seats.first?.position)
        #expect(left.x < right.x)
        #expect(chart.seatLabels[0] == "Section A, row A, seat 1")
    }

    @Test func `floors are the parents of their sections`() throws {
        let chart = try #require(try ChartFile.floors.imported().chart)
        #expect(chart.sections.map(\.floor) == ["Floor 1", "Floor 2"])
        #expect(chart.sections.map(\.name) == ["S1", "S2"])
    }

    @Test func `tables in one place are refused, or moved apart on request`() throws {
        let refused = try ChartFile.tables.imported()
        #expect(refused.chart == nil)
        #expect(refused.problems.map(\.code) == [.seatsInOnePlace])
        #expect(refused.problems[0].ids.count == 6)
        let chart = try #require(try ChartFile.tables.imported(repairing: true).chart)
        #expect(chart.sections[0].rows.map(\.kind) == [.table, .table])
        #expect(chart.seatLabels[6] == "Main, table T2, seat 1")
    }

    @Test func `a format that is not read is refused with those that are`() throws {
        let result = try ChartFile.ticketland.imported()
        #expect(result.problems.map(\.code) == [.unknownFormat])
        #expect(result.problems[0].sentence.contains("pretix"))
        #expect(result.problems[0].sentence.contains("section,row,seat,x,y,category"))
    }

    @Test(arguments: ["", "hello", "[]", "{}", "\u{FEFF}", "{\"subChart\":", "a,b\n1,2\n", "\"", "null", "[[[[[["])
    func `what is no chart is refused with a sentence`(text: String) {
        let result = ChartImporter.importChart(bytes: [UInt8](text.utf8))
        #expect(result.chart == nil)
        #expect(result.problems.count == 1)
    }

    @Test func `a resource carries every seat with its index`() throws {
        let chart = try #require(try ChartFile.rowsAndAreas.imported().chart)
        let resource = chart.resource(chartId: SeatingChartID(high: 1, low: 2))
        let seats = resource.sections.flatMap(\.rows).flatMap(\.seats)
        #expect(seats.map(\.seatIndex) == (0..<232).map { SeatIndex($0) })
        #expect(seats.map(\.seatLabel) == chart.seatLabels)
        #expect(seats[0].x != nil && seats[0].accessible == nil)
        #expect(seats[100].x == nil)
        #expect(resource.seatCount == 232)
        #expect(resource.priceLevels.map(\.priceLevelId) == ["9", "10"])
    }

    @Test func `the report names seats, levels and problems`() throws {
        let report = ChartReport.text(of: try ChartFile.pretix.imported(repairing: true), file: "plan.json")
        #expect(report.contains("738 seats in 90 rows of 2 sections"))
        #expect(report.contains("mended: 126 seat ids"))
        #expect(report.contains(" and 106 more"))
        let refused = ChartReport.text(of: try ChartFile.pretix.imported(), file: "plan.json")
        #expect(refused.contains("refused"))
        #expect(refused.contains("--repair"))
    }
}
