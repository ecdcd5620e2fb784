/// Where seats stand already, in cells as wide as the least distance between two seats, so that asking is quick.
struct OccupiedPlaces {
    private struct Cell: Hashable {
        let column: Int
        let row: Int
    }

    private let distanceMin: Double
    private var cells: [Cell: [ChartPoint]] = [:]

    /// All points given later must be finite, and within 10¹⁵ times `distanceMin` of the origin.
    init(distanceMin: Double) { self.distanceMin = distanceMin }

    func isFree(_ point: ChartPoint) -> Bool {
        let middle = cell(of: point)
        for column in (middle.column - 1)...(middle.column + 1) {
            for row in (middle.row - 1)...(middle.row + 1) {
                for other in cells[Cell(column: column, row: row)] ?? []
                where other.distance(to: point) < distanceMin { return false }
            }
        }
        return true
    }

    mutating func insert(_ point: ChartPoint) { cells[cell(of: point), default: []].append(point) }

    private func cell(of point: ChartPoint) -> Cell {
        Cell(
            column: Int((point.x / distanceMin).rounded(.down)), row: Int((point.y / distanceMin).rounded(.down)))
    }
}
