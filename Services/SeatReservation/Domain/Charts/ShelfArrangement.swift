/// Puts the zones of a grid on shelves, in the order in which they are given, when no layout says where they lie.
struct ShelfArrangement {
    private static let gap = 3.0
    private static let margin = 0.7
    /// A shelf's width to the chart's height.
    private static let proportion = 1.6

    func arrange(_ grid: SeatGrid) -> [ZonePlace?] {
        let area = grid.zones.reduce(0.0) { $0 + (width(of: $1) + Self.gap) * (height(of: $1) + Self.gap) }
        let shelfWidth = max((area * Self.proportion).squareRoot(), grid.zones.map(width).max() ?? 0)
        var corner = ChartPoint.zero
        var shelfHeight = 0.0
        return grid.zones.map { zone in
            guard !zone.rows.isEmpty else { return nil }
            if corner.x > 0, corner.x + width(of: zone) > shelfWidth {
                corner = ChartPoint(x: 0, y: corner.y + shelfHeight + Self.gap)
                shelfHeight = 0
            }
            let place = place(zone, at: corner)
            corner.x += width(of: zone) + Self.gap
            shelfHeight = max(shelfHeight, height(of: zone))
            return place
        }
    }

    private func width(of zone: SeatGrid.Zone) -> Double { Double(zone.lastColumn - zone.firstColumn + 1) }
    private func height(of zone: SeatGrid.Zone) -> Double { Double(zone.lastRow - zone.firstRow + 1) }

    private func place(_ zone: SeatGrid.Zone, at corner: ChartPoint) -> ZonePlace {
        let positions = zone.rows.map { row in
            row.cells.map {
                corner
                    + ChartPoint(
                        x: Double($0.gridColumn - zone.firstColumn) + 0.5, y: Double(row.gridRow - zone.firstRow) + 0.5)
            }
        }
        return ZonePlace(
            positions: positions, outline: ConvexHull.around(positions.joined(), margin: Self.margin))
    }
}
