import Testing
import Ticketing
import Wire

@testable import SeatReservation

@Suite struct ChartStadiumTests {
    @Test func `the stadium is bent with all its seats, and nothing is wrong with it`() throws {
        let result = try ChartFile.bentStadium()
        #expect(result.problems == [])
        let chart = try #require(result.chart)
        #expect(chart.seatCount == 10_504)
        #expect(chart.sections.count == 52, "two of the 54 zones are playgrounds without seats")
        #expect(chart.priceLevels.count == 6)
        #expect(chart.priceLevels.allSatisfy { $0.defaultPrice?.currency == "KRW" })
    }

    @Test func `no two seats of the bent stadium come nearer than nine tenths of a seat`() throws {
        let chart = try #require(try ChartFile.bentStadium().chart)
        var occupied = OccupiedPlaces(distanceMin: 0.9)
        var tight = 0
        for position in chart.sections.flatMap(\.rows).flatMap(\.seats).compactMap(\.position) {
            if !occupied.isFree(position) { tight += 1 }
            occupied.insert(position)
        }
        #expect(tight == 0)
    }

    @Test func `every section of the bent stadium has an outline that holds its seats and no other's`() throws {
        let chart = try #require(try ChartFile.bentStadium().chart)
        let seats = chart.sections.map { $0.rows.flatMap(\.seats).compactMap(\.position) }
        for (index, section) in chart.sections.enumerated() {
            #expect(section.outline.count >= 3)
            #expect(seats[index].allSatisfy { Self.contains(section.outline, $0) }, "\(section.name)")
            for other in seats.indices where other != index {
                let strays = seats[other].filter { Self.contains(section.outline, $0) }
                #expect(strays.isEmpty, "seats of \(chart.sections[other].name) in \(section.name)")
            }
        }
    }

    @Test func `east lies right of the home plate and west left of it, lower before upper`() throws {
        let chart = try #require(try ChartFile.bentStadium().chart)
        for section in chart.sections {
            let seats = section.rows.flatMap(\.seats).compactMap(\.position)
            #expect(seats.allSatisfy { section.name.hasPrefix("東") == ($0.x > chart.focalPoint.x) })
        }
        let lower = try #require(chart.sections.first { $0.name == "東下D" })
        let upper = try #require(chart.sections.first { $0.name == "東上D" })
        let distance = { (section: SeatingChart.Section) in
            section.rows.flatMap(\.seats).compactMap { $0.position?.distance(to: chart.focalPoint) }.min() ?? 0
        }
        #expect(distance(lower) < distance(upper))
    }

    @Test func `neighbours in a row stay one seat apart`() throws {
        let chart = try #require(try ChartFile.bentStadium().chart)
        let row = try #require(chart.sections.first { $0.name == "西下E" }?.rows.first)
        #expect(row.seats.map(\.label) == (1...15).map(String.init))
        for (left, right) in zip(row.seats, row.seats.dropFirst()) {
            let distance = try #require(left.position).distance(to: try #require(right.position))
            #expect(abs(distance - 1) < 0.02)
        }
    }

    @Test func `without a layout the zones are shelved in natural order`() throws {
        let chart = try #require(try ChartFile.stadium.imported().chart)
        #expect(chart.seatCount == 10_504)
        let names = chart.sections.map(\.name)
        #expect(names == names.sorted(by: NaturalOrder.precedes))
        #expect(chart.name == "樂天桃園棒球場")
        #expect(chart.sections.allSatisfy { $0.outline.count >= 4 })
    }

    @Test func `a seat index means the same seat with a layout and without`() throws {
        let bent = try #require(try ChartFile.bentStadium().chart)
        let shelved = try #require(try ChartFile.stadium.imported().chart)
        #expect(bent.seatLabels == shelved.seatLabels)
        #expect(bent.seatLabels[0] == "東上B, row 4, seat 1")
        #expect(Set(bent.seatLabels).count == 10_504)
    }

    @Test func `a layout that forgets or invents zones is refused with their names`() throws {
        let text = String(decoding: try ChartFile.stadiumLayout.bytes, as: UTF8.self)
        let invented = [UInt8](text.replacing("\"zone\": \"東下D\"", with: "\"zone\": \"東下X\"").utf8)
        var result = ChartImporter.importChart(bytes: try ChartFile.stadium.bytes, layout: invented)
        #expect(result.problems.map(\.code) == [.layoutZoneUnknown])
        #expect(result.problems.first?.ids == ["東下X"])
        let forgotten = [UInt8](
            text.replacing("{\"zone\": \"東下D\", \"price_level\": \"infield_lower\"}", with: "{\"space\": 15}").utf8)
        result = ChartImporter.importChart(bytes: try ChartFile.stadium.bytes, layout: forgotten)
        #expect(result.problems.map(\.code) == [.layoutZoneMissing])
        #expect(result.problems.first?.ids == ["東下D"])
    }

    @Test func `an arc that is too narrow for its zones is refused`() throws {
        let text = String(decoding: try ChartFile.stadiumLayout.bytes, as: UTF8.self)
        let narrow = [UInt8](text.replacing("\"gap\": 1.2", with: "\"gap\": 14").utf8)
        let result = ChartImporter.importChart(bytes: try ChartFile.stadium.bytes, layout: narrow)
        #expect(result.problems.map(\.code) == [.layoutTooNarrow])
    }

    @Test func `prices are the caller's, else the layout's`() throws {
        let chart = try #require(try ChartFile.bentStadium().chart)
        let fee = Money(amountMinor: 1_000, currency: "KRW")
        let own = Money(amountMinor: 99_000, currency: "KRW")
        let prices = chart.prices(given: ["premium": own], serviceFee: fee)
        #expect(prices.missing == [])
        #expect(prices.levels.first { $0.priceLevelId == "premium" }?.price == own)
        #expect(prices.levels.first { $0.priceLevelId == "outfield" }?.price.amountMinor == 15_000)
    }

    /// Even-odd rule.
    private static func contains(_ polygon: [ChartPoint], _ point: ChartPoint) -> Bool {
        var isInside = false
        for (a, b) in zip(polygon, polygon.dropFirst() + polygon.prefix(1)) where (a.y > point.y) != (b.y > point.y) {
            if point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x { isInside.toggle() }
        }
        return isInside
    }
}
