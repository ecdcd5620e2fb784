/// Turns an inspected draft into the chart: in seat widths, from the origin, every section with its outline.
struct ChartAssembly {
    /// Free room around the chart, in seat widths.
    private static let margin = 2.0
    /// From a seat's middle to the outline made around it, in seat widths.
    private static let outlineMargin = 0.75

    let settings: ChartImportSettings

    func chart(from draft: ChartDraft) throws(ChartProblem) -> SeatingChart {
        let scale = 1 / ChartScale.seatPitch(of: draft)
        let outlines = draft.sections.map { outline(of: $0, scale: scale) }
        let extent = extent(of: draft, outlines: outlines, scale: scale)
        let size = extent.high - extent.low
        guard size.x <= settings.sideSeatWidthsMax, size.y <= settings.sideSeatWidthsMax else {
            throw ChartProblem(
                .chartTooWide, "The chart is over \(Int(settings.sideSeatWidthsMax)) seat widths wide or high.")
        }
        let origin = extent.low - ChartPoint(x: Self.margin, y: Self.margin)
        let place = { (point: ChartPoint) in rounded(point * scale - origin) }
        let levels = try priceLevels(of: draft)
        let levelIndexes = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1.key, $0) })
        let width = rounded(size.x + 2 * Self.margin)
        return SeatingChart(
            name: draft.name, width: width, height: rounded(size.y + 2 * Self.margin),
            focalPoint: focalPoint(of: draft).map(place) ?? ChartPoint(x: rounded(width / 2), y: 0),
            priceLevels: levels,
            sections: zip(draft.sections, outlines).enumerated().map { index, pair in
                SeatingChart.Section(
                    sectionId: "s\(index + 1)", name: pair.0.name, floor: pair.0.floor,
                    outline: pair.1.map { rounded($0 - origin) },
                    isGeneralAdmission: pair.0.isGeneralAdmission,
                    rows: pair.0.rows.map { row(from: $0, levels: levelIndexes, place: place) })
            })
    }

    private func row(
        from row: ChartDraft.Row, levels: [String: Int], place: (ChartPoint) -> ChartPoint
    ) -> SeatingChart.Row {
        SeatingChart.Row(
            name: row.name, kind: row.kind,
            seats: row.seats.map { seat in
                SeatingChart.Seat(
                    label: seat.label, position: seat.position.map(place),
                    priceLevel: seat.categoryKey.flatMap { levels[$0] } ?? 0,
                    isAccessible: seat.isAccessible, isCompanion: seat.isCompanion,
                    hasRestrictedView: seat.hasRestrictedView)
            })
    }

    private func focalPoint(of draft: ChartDraft) -> ChartPoint? {
        draft.focalPoint.flatMap { $0.isWithin(settings.coordinateMax) ? $0 : nil }
    }

    /// The source's outline if it can be drawn, else a hull around the seats; in seat widths.
    private func outline(of section: ChartDraft.Section, scale: Double) -> [ChartPoint] {
        let given = section.outline
        let canBeDrawn =
            3...settings.outlinePointsMax ~= given.count
            && given.allSatisfy { $0.isWithin(settings.coordinateMax) }
        if canBeDrawn { return given.map { $0 * scale } }
        let seats = section.rows.lazy.flatMap(\.seats).compactMap(\.position).map { $0 * scale }
        return ConvexHull.around(Array(seats), margin: Self.outlineMargin)
    }

    /// The corners of all that is drawn, in seat widths.
    private func extent(
        of draft: ChartDraft, outlines: [[ChartPoint]], scale: Double
    ) -> (low: ChartPoint, high: ChartPoint) {
        var low = ChartPoint(x: .infinity, y: .infinity)
        var high = ChartPoint(x: -.infinity, y: -.infinity)
        func include(_ point: ChartPoint, margin: Double) {
            low = ChartPoint(x: min(low.x, point.x - margin), y: min(low.y, point.y - margin))
            high = ChartPoint(x: max(high.x, point.x + margin), y: max(high.y, point.y + margin))
        }
        outlines.joined().forEach { include($0, margin: 0) }
        draft.forEachSeat { section, row, seat in
            guard let position = draft.sections[section].rows[row].seats[seat].position else { return }
            include(position * scale, margin: 0.5)
        }
        guard low.x <= high.x else { return (.zero, .zero) }
        return (low, high)
    }

    /// The categories that seats use, in the file's order.
    private func priceLevels(of draft: ChartDraft) throws(ChartProblem) -> [SeatingChart.PriceLevel] {
        var used: Set<String> = []
        draft.forEachSeat { section, row, seat in
            if let key = draft.sections[section].rows[row].seats[seat].categoryKey { used.insert(key) }
        }
        let levels = draft.categories.filter { used.contains($0.key) }.map {
            SeatingChart.PriceLevel(
                priceLevelId: PriceLevelId.make(from: $0.key), key: $0.key, name: $0.name, color: $0.color ?? "#808080",
                defaultPrice: $0.defaultPrice)
        }
        let byId = Dictionary(grouping: levels, by: \.priceLevelId)
        if let repeated = byId.values.first(where: { $0.count > 1 }) {
            throw ChartProblem(.repeatedCategory, ids: repeated.map(\.key), "Category keys are too much alike.")
        }
        return levels
    }

    /// To a hundredth of a seat's width: less than a pixel at any zoom, and half as many bytes.
    private func rounded(_ point: ChartPoint) -> ChartPoint { ChartPoint(x: rounded(point.x), y: rounded(point.y)) }
    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
