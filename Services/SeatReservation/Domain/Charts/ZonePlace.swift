/// Where one zone of a grid lies in the chart.
struct ZonePlace: Sendable {
    /// The middle of every cell, by row and cell of the zone.
    let positions: [[ChartPoint]]
    let outline: [ChartPoint]
    var floor: String?
    var categoryKey: String?
}
