public import Ticketing

/// Asks for one seating chart.
public struct SeatingChartRequest: Codable, Hashable, Sendable {
    /// Which.
    public var chartId: SeatingChartID

    /// All members.
    public init(chartId: SeatingChartID) {
        self.chartId = chartId
    }
}
