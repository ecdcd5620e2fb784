import Foundation

/// Bends the zones of a grid along a layout's arcs. Seats keep a pitch of one seat width along every row, so that
/// gaps between zones widen outwards and no two seats come nearer to each other than in a straight row.
struct ArcArrangement {
    private static let margin = 0.75
    /// A curved edge of an outline gets a point for each so many seat widths.
    private static let outlineStep = 4.0

    /// A zone or a space on its arc: how wide it is seen from the centre.
    private struct Slot {
        let zoneIndex: Int?
        let priceLevel: String?
        let angle: Double
    }

    let layout: ChartLayout
    let settings: ChartImportSettings

    /// The place of every zone, in the order of the grid's zones; nil for one without seats.
    func arrange(_ grid: SeatGrid) throws(ChartProblem) -> [ZonePlace?] {
        try checkNames(grid)
        let indexes = Dictionary(uniqueKeysWithValues: grid.zones.enumerated().map { ($1.name, $0) })
        var places = [ZonePlace?](repeating: nil, count: grid.zones.count)
        for tier in layout.tiers {
            for arc in tier.arcs { try arrange(grid, on: arc, of: tier, indexes: indexes, into: &places) }
        }
        return places
    }

    private func arrange(
        _ grid: SeatGrid, on arc: ChartLayout.Arc, of tier: ChartLayout.Tier, indexes: [String: Int],
        into places: inout [ZonePlace?]
    ) throws(ChartProblem) {
        let sweep = (arc.toDegrees - arc.fromDegrees) * .pi / 180
        let slots = arc.zones.map { slot(for: $0, grid: grid, arc: arc, tier: tier, indexes: indexes) }
        guard !slots.isEmpty else { return }
        let gap = (abs(sweep) - slots.reduce(0) { $0 + $1.angle }) / Double(slots.count)
        guard gap * arc.radius >= arc.gap else {
            let zones = arc.zones.compactMap(\.zone)
            let missing = (arc.gap / arc.radius - gap) * Double(slots.count) * 180 / .pi
            throw ChartProblem(
                .layoutTooNarrow, ids: zones,
                "The arc of \(zones.first ?? "spaces") is too narrow for its zones by \(rounded(missing)) degrees.")
        }
        let direction = sweep < 0 ? -1.0 : 1.0
        var angle = arc.fromDegrees * .pi / 180
        for slot in slots {
            let middle = angle + direction * (gap + slot.angle) / 2
            if let index = slot.zoneIndex {
                places[index] = place(
                    grid.zones[index], on: arc, of: tier,
                    origin: arc.rows == .start ? angle + direction * gap / 2 : middle, direction: direction,
                    priceLevel: slot.priceLevel)
            }
            angle += direction * (gap + slot.angle)
        }
    }

    private func slot(
        for entry: ChartLayout.Entry, grid: SeatGrid, arc: ChartLayout.Arc, tier: ChartLayout.Tier,
        indexes: [String: Int]
    ) -> Slot {
        guard let name = entry.zone, let index = indexes[name] else {
            return Slot(zoneIndex: nil, priceLevel: nil, angle: (entry.space ?? 0) / arc.radius)
        }
        let zone = grid.zones[index]
        let reaches = zone.rows.map { row in
            let offsets = offsets(of: row, in: zone, alignment: arc.rows)
            let reach = max(abs(offsets.first ?? 0), abs(offsets.last ?? 0)) + 0.5
            return reach / radius(of: row, on: arc, of: tier)
        }
        let sides = arc.rows == .start ? 1.0 : 2.0
        return Slot(zoneIndex: index, priceLevel: entry.priceLevel, angle: sides * (reaches.max() ?? 0))
    }

    private func radius(of row: SeatGrid.Row, on arc: ChartLayout.Arc, of tier: ChartLayout.Tier) -> Double {
        arc.radius + Double(row.gridRow - tier.firstRow) * layout.rowPitch
    }

    /// How far along the row each cell is from where its zone is measured.
    private func offsets(
        of row: SeatGrid.Row, in zone: SeatGrid.Zone, alignment: ChartLayout.RowAlignment
    ) -> [Double] {
        let origin =
            switch alignment {
            case .grid: Double(zone.firstColumn + zone.lastColumn) / 2
            case .centred: Double(row.firstColumn + row.lastColumn) / 2
            case .start: Double(zone.firstColumn) - 0.5
            }
        return row.cells.map { Double($0.gridColumn) - origin }
    }

    private func place(
        _ zone: SeatGrid.Zone, on arc: ChartLayout.Arc, of tier: ChartLayout.Tier, origin: Double, direction: Double,
        priceLevel: String?
    ) -> ZonePlace {
        var corners: [ChartPoint] = []
        let positions = zone.rows.map { row in
            let radius = radius(of: row, on: arc, of: tier)
            let offsets = offsets(of: row, in: zone, alignment: arc.rows)
            for (end, side) in [(offsets.first ?? 0, -1.0), (offsets.last ?? 0, 1.0)] {
                for edge in [-Self.margin, Self.margin] {
                    corners.append(ChartPoint(x: end + side * Self.margin, y: radius + edge))
                }
            }
            return offsets.map { point(on: arc, radius: radius, angle: origin + direction * $0 / radius) }
        }
        return ZonePlace(
            positions: positions,
            outline: outline(corners, on: arc, origin: origin, direction: direction),
            floor: tier.name, categoryKey: priceLevel)
    }

    /// The hull of a zone, made where x is the angle and y the radius, with its edges bent as the rows are.
    private func outline(
        _ corners: [ChartPoint], on arc: ChartLayout.Arc, origin: Double, direction: Double
    ) -> [ChartPoint] {
        let hull = ConvexHull.of(corners.map { ChartPoint(x: $0.x / $0.y, y: $0.y) })
        return hull.indices.flatMap { index in
            let from = hull[index]
            let to = hull[(index + 1) % hull.count]
            let length = abs(to.x - from.x) * max(from.y, to.y)
            let steps = max(1, min(100, Int((length / Self.outlineStep).rounded(.up))))
            return (0..<steps).map { step in
                let between = from + (to - from) * (Double(step) / Double(steps))
                return point(on: arc, radius: between.y, angle: origin + direction * between.x)
            }
        }
    }

    private func point(on arc: ChartLayout.Arc, radius: Double, angle: Double) -> ChartPoint {
        arc.centre + ChartPoint(x: cos(angle), y: sin(angle)) * radius
    }

    private func checkNames(_ grid: SeatGrid) throws(ChartProblem) {
        let entries = layout.tiers.flatMap { $0.arcs.flatMap(\.zones) }
        let placed = entries.compactMap(\.zone)
        let known = Set(grid.zones.map(\.name))
        let unknown = placed.filter { !known.contains($0) }
        guard unknown.isEmpty else {
            throw ChartProblem(
                .layoutZoneUnknown, ids: unknown, "The layout places zones that the chart does not have.")
        }
        guard Set(placed).count == placed.count else {
            let repeated = Dictionary(grouping: placed) { $0 }.filter { $1.count > 1 }.keys.sorted()
            throw ChartProblem(.malformedLayout, ids: repeated, "The layout places zones more than once.")
        }
        let missing = grid.zones.filter { !$0.rows.isEmpty && !placed.contains($0.name) }.map(\.name)
        guard missing.isEmpty else {
            throw ChartProblem(
                .layoutZoneMissing, ids: missing, listedMax: settings.idsListedMax,
                "The layout does not say where these zones of the chart lie.")
        }
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
