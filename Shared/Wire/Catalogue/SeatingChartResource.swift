public import Ticketing

/// A seating chart: `GET /v1/seating-charts/{chart_id}`; immutable.
public struct SeatingChartResource: Codable, Hashable, Sendable {
    /// The chart's id.
    public var chartId: SeatingChartID
    /// Its name.
    public var name: String
    /// In widths of a seat.
    public var width: Double
    /// In widths of a seat.
    public var height: Double
    /// How many seats.
    public var seatCount: Int
    /// What everybody looks at, as [x, y].
    public var focalPoint: [Double]?
    /// In order of rank.
    public var priceLevels: [ChartPriceLevelResource]
    /// In reading order.
    public var sections: [ChartSectionResource]

    /// All members.
    public init(
        chartId: SeatingChartID,
        name: String,
        width: Double,
        height: Double,
        seatCount: Int,
        focalPoint: [Double]? = nil,
        priceLevels: [ChartPriceLevelResource],
        sections: [ChartSectionResource]
    ) {
        self.chartId = chartId
        self.name = name
        self.width = width
        self.height = height
        self.seatCount = seatCount
        self.focalPoint = focalPoint
        self.priceLevels = priceLevels
        self.sections = sections
    }
}
