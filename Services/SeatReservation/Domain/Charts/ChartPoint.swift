/// A point of a chart: x to the right, y down; in seat widths once the chart is assembled.
struct ChartPoint: Hashable, Sendable, Codable {
    var x: Double
    var y: Double

    static let zero = ChartPoint(x: 0, y: 0)

    /// Whether both coordinates are numbers that the limit allows.
    func isWithin(_ coordinateMax: Double) -> Bool {
        x.isFinite && y.isFinite && abs(x) <= coordinateMax && abs(y) <= coordinateMax
    }

    func distance(to other: ChartPoint) -> Double {
        ((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)).squareRoot()
    }

    static func + (left: ChartPoint, right: ChartPoint) -> ChartPoint {
        ChartPoint(x: left.x + right.x, y: left.y + right.y)
    }

    static func - (left: ChartPoint, right: ChartPoint) -> ChartPoint {
        ChartPoint(x: left.x - right.x, y: left.y - right.y)
    }

    static func * (point: ChartPoint, factor: Double) -> ChartPoint {
        ChartPoint(x: point.x * factor, y: point.y * factor)
    }
}
