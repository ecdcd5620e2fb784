/// Reads the CSV grid: one line a cell, of which those of type `seat` can be sold.
struct CSVGridImporter {
    static let header = [
        "field", "zone", "name", "spaceType", "version", "colNumber", "rowNumber", "positionColNumber",
        "positionRowNumber",
    ]
    /// The category of every seat where no layout gives one.
    static let standardCategory = ChartDraft.Category(key: "standard", name: "Standard", color: nil)
    private static let gridCellMax = 10_000

    let settings: ChartImportSettings

    /// The draft of a chart: bent by the layout, or with its zones on shelves where there is none.
    func draft(from records: [CSVReader.Record], layout: ChartLayout?) throws(ChartProblem) -> ChartDraft {
        let grid = try grid(from: records)
        let arrangement =
            if let layout { try ArcArrangement(layout: layout, settings: settings).arrange(grid) } else {
                ShelfArrangement().arrange(grid)
            }
        var draft = ChartDraft(name: settings.name ?? layout?.name ?? grid.name, focalPoint: layout?.focalPoint)
        draft.categories =
            layout?.priceLevels.map {
                ChartDraft.Category(key: $0.key, name: $0.name, color: $0.color, defaultPrice: $0.defaultPrice)
            } ?? [Self.standardCategory]
        for (zone, place) in zip(grid.zones, arrangement) {
            guard !zone.rows.isEmpty, let place else { continue }
            draft.sections.append(section(of: zone, at: place))
        }
        return draft
    }

    private func section(of zone: SeatGrid.Zone, at place: ZonePlace) -> ChartDraft.Section {
        var section = ChartDraft.Section(name: zone.name, floor: place.floor, outline: place.outline)
        for (row, positions) in zip(zone.rows, place.positions) {
            // One row of the grid is one row of seats; its cells agree on the label, else each label makes a row.
            for (number, (cell, position)) in zip(row.cells, positions).enumerated() {
                let seat = ChartDraft.Seat(
                    id: "\(zone.name)-\(cell.rowLabel)-\(cell.seatLabel)", label: cell.seatLabel, position: position,
                    categoryKey: place.categoryKey ?? Self.standardCategory.key)
                let isNewRow = number == 0 || section.rows.last?.name != cell.rowLabel
                if isNewRow { section.rows.append(ChartDraft.Row(name: cell.rowLabel)) }
                section.rows[section.rows.count - 1].seats.append(seat)
            }
        }
        return section
    }

    /// The zones of the file with their cells in order.
    func grid(from records: [CSVReader.Record]) throws(ChartProblem) -> SeatGrid {
        var cells: [String: [Int: [SeatGrid.Cell]]] = [:]
        var seatCount = 0
        var fieldName: String?
        for record in records.dropFirst() {
            guard record.fields.count == Self.header.count else {
                throw malformed(record, "\(record.fields.count) fields in place of \(Self.header.count)")
            }
            let field = record.fields
            fieldName = fieldName ?? field[0]
            guard field[0] == fieldName else {
                throw malformed(record, "a second venue (field) \"\(field[0])\" in one file")
            }
            if cells[field[1]] == nil { cells[field[1]] = [:] }
            switch field[3] {
            case "seat": break
            case "pillar", "aisle", "group": continue
            default: throw malformed(record, "the spaceType \"\(field[3])\" is none of seat, pillar, aisle, group")
            }
            guard let column = Int(field[7]), let row = Int(field[8]),
                1...Self.gridCellMax ~= column, 1...Self.gridCellMax ~= row
            else { throw malformed(record, "the position is not two whole numbers from 1 to \(Self.gridCellMax)") }
            seatCount += 1
            guard seatCount <= settings.seatsMax else {
                throw ChartProblem(.tooManySeats, "The file has more than \(settings.seatsMax) seats.")
            }
            let cell = SeatGrid.Cell(gridColumn: column, rowLabel: field[6], seatLabel: field[5])
            cells[field[1], default: [:]][row, default: []].append(cell)
        }
        let names = cells.keys.sorted(by: NaturalOrder.precedes)
        return SeatGrid(
            name: fieldName ?? "",
            zones: names.map { name in
                let rows = (cells[name] ?? [:]).sorted { $0.key < $1.key }
                return SeatGrid.Zone(
                    name: name,
                    rows: rows.map { row, cells in
                        SeatGrid.Row(gridRow: row, cells: cells.sorted { $0.gridColumn < $1.gridColumn })
                    })
            })
    }

    private func malformed(_ record: CSVReader.Record, _ what: String) -> ChartProblem {
        ChartProblem(
            .malformedFile, ids: ["line \(record.line)"], "The grid is malformed in line \(record.line): \(what).")
    }
}
