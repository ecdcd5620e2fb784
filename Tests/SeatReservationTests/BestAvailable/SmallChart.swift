import Ticketing
import Wire

/// Charts that fit in a line.
enum SmallChart {
    /// One section, a row for each list of x positions, rows two apart; every seat of the level "a".
    static func chart(rows: [[Double]], focalPoint: [Double]? = nil) -> SeatingChartResource {
        var seatIndex: SeatIndex = 0
        let rows = rows.enumerated().map { number, places in
            ChartRowResource(
                name: String(number + 1),
                seats: places.map { x in
                    defer { seatIndex += 1 }
                    return ChartSeatResource(
                        seatIndex: seatIndex, seatLabel: "seat \(seatIndex)", x: x, y: Double(number) * 2,
                        priceLevelId: "a")
                })
        }
        return SeatingChartResource(
            chartId: SeatingChartID(high: 0, low: 0), name: "small", width: 10, height: 10, seatCount: Int(seatIndex),
            focalPoint: focalPoint,
            priceLevels: [ChartPriceLevelResource(priceLevelId: "a", name: "A", color: "#000000")],
            sections: [ChartSectionResource(sectionId: "s1", name: "S", rows: rows)])
    }
}
