import Testing

@testable import SeatReservation

@Suite struct ChartRulesTests {
    private func imported(_ lines: String, repairing: Bool = false, seatsMax: Int = 100_000) -> ChartImport {
        var settings = ChartImportSettings()
        settings.repairs = repairing
        settings.seatsMax = seatsMax
        return ChartImporter.importChart(
            bytes: [UInt8](("section,row,seat,x,y,category\n" + lines).utf8), settings: settings)
    }

    @Test func `a list written by hand becomes a chart`() throws {
        let result = imported("Block 12,C,8,0,0,Gold\r\nBlock 12,C,9,20,0,Gold\r\n\"Box, left\",A,1,0,40,Silver\r\n")
        let chart = try #require(result.chart)
        #expect(result.problems == [])
        #expect(chart.seatLabels == ["Block 12, row C, seat 8", "Block 12, row C, seat 9", "Box, left, row A, seat 1"])
        #expect(chart.priceLevels.map(\.name) == ["Gold", "Silver"])
        let seats = chart.sections[0].rows[0].seats.compactMap(\.position)
        #expect(seats[0].distance(to: seats[1]) == 1, "a unit is a seat's width")
    }

    @Test(arguments: [
        ("A,1,1,0,0,g\nA,1,1,1,0,g", ChartProblem.Code.repeatedSeatLabel, ["A-1-1"]),
        ("A,1,1,0,0,g\nA,1,2,1,0,g\nA,2,1,1,0.1,g", .seatsInOnePlace, ["A-2-1"]),
        ("A,1,,0,0,g\nA,1,2,1,0,g", .blankLabel, ["A-1-seat number 1"]),
        ("A,,1,0,0,g\nA,1,2,1,0,g", .blankLabel, ["A-row number 1"]),
        (" ,1,1,0,0,g\nA,1,2,1,0,g", .blankLabel, ["section number 1"]),
        ("A,1,1,0,0,\nA,1,2,1,0,g", .unknownCategory, ["A-1-1"]),
    ])
    func `what is ambiguous is refused with the ids at fault, and mended on request`(
        lines: String, code: ChartProblem.Code, ids: [String]
    ) {
        let refused = imported(lines)
        #expect(refused.chart == nil)
        #expect(refused.problems.map(\.code) == [code])
        #expect(refused.problems.first?.ids == ids)
        let mended = imported(lines, repairing: true)
        #expect(mended.chart != nil)
        #expect(mended.problems.map(\.weight) == [.mended])
    }

    @Test(arguments: [
        ("A,1,1,inf,0,g", ChartProblem.Code.coordinateOutOfBounds), ("A,1,1,nan,0,g", .coordinateOutOfBounds),
        ("A,1,1,1e300,0,g", .coordinateOutOfBounds), ("A,1,1,x,0,g", .malformedFile), ("A,1,1,0,0", .malformedFile),
        ("A,1,1,0,0,g\nA,1,2,1,0,g\nA,2,1,500000,0,g", .chartTooWide), ("", .noSeats),
        ("A,1,\(String(repeating: "9", count: 81)),0,0,g", .labelTooLong), ("A,1,\"1,0,0,g", .malformedFile),
        ("A,1,1,0,0,g\nA,1,2,0,0,g", .seatsInOnePlace),
    ])
    func `what can't be mended is refused even on request`(lines: String, code: ChartProblem.Code) {
        let result = imported(lines, repairing: true)
        #expect(result.chart == nil)
        #expect(result.problems.filter { $0.weight == .refused }.map(\.code) == [code])
    }

    @Test func `more seats than allowed are refused`() {
        #expect(imported("A,1,1,0,0,g\nA,1,2,1,0,g", seatsMax: 1).problems.map(\.code) == [.tooManySeats])
    }

    @Test func `an area of absurd capacity is refused before its places are made`() {
        let text = """
            {"categories": {"list": [{"key": 1, "label": "a"}]},
             "subChart": {"generalAdmissionAreas": [{"label": "G", "capacity": 9000000000000, "categoryKey": 1}]}}
            """
        #expect(ChartImporter.importChart(bytes: [UInt8](text.utf8)).problems.map(\.code) == [.tooManySeats])
    }

    @Test func `two halves of a row beside an aisle may share its name`() throws {
        let text = """
            {"name": "p", "categories": [{"name": "c"}],
            "zones": [{"name": "z", "position": {"x": 0, "y": 0}, "rows": [
            {"row_number": "A", "position": {"x": 0, "y": 0}, "seats": [
            {"seat_number": 1, "seat_guid": "a", "position": {"x": 0, "y": 0}, "category": "c"}]},
            {"row_number": "A", "position": {"x": 50, "y": 0}, "seats": [
            {"seat_number": "2", "seat_guid": "b", "position": {"x": 0, "y": 0}, "category": "c"}]}]}]}
            """
        let result = ChartImporter.importChart(bytes: [UInt8](text.utf8))
        #expect(result.problems == [])
        #expect(result.chart?.seatLabels == ["z, row A, seat 1", "z, row A, seat 2"])
    }

    @Test func `deep nesting is refused`() {
        let text = String(repeating: "[", count: 100_000)
        #expect(ChartImporter.importChart(bytes: [UInt8](text.utf8)).problems.map(\.code) == [.tooDeep])
    }

    @Test func `a layout is only for a grid`() throws {
        let result = ChartImporter.importChart(
            bytes: try ChartFile.sections.bytes, layout: try ChartFile.stadiumLayout.bytes)
        #expect(result.problems.map(\.code) == [.layoutNotApplicable])
    }

    @Test func `thousands of rows of one name are mended without delay`() throws {
        let rows = (0..<20_000).map { number in
            #"{"label":"A","seats":[{"x":\#(number % 100),"y":\#(number / 100),"label":"1","categoryKey":1}]}"#
        }
        let text = "{\"categories\":{\"list\":[{\"key\":1}]},\"subChart\":{\"rows\":[\(rows.joined(separator: ","))]}}"
        var settings = ChartImportSettings()
        settings.repairs = true
        let result = ChartImporter.importChart(bytes: [UInt8](text.utf8), settings: settings)
        #expect(result.chart?.sections.first?.rows.last?.name == "A (20000)")
    }

    @Test(arguments: [
        ("A2", "A10"), ("A02", "A2b"), ("", "1"), ("Row 9", "Row 10"), ("東上B", "東上C"), ("9", "A"),
    ])
    func `natural order counts numbers as numbers`(earlier: String, later: String) {
        #expect(NaturalOrder.precedes(earlier, later))
        #expect(!NaturalOrder.precedes(later, earlier))
        #expect(!NaturalOrder.precedes(earlier, earlier))
    }

    @Test(arguments: [("premium", "premium"), ("9", "9"), ("Category I", "category_i_24a1ff5e")])
    func `a price level's id follows from its category's key`(key: String, id: String) {
        #expect(PriceLevelId.make(from: key) == id)
    }
}
