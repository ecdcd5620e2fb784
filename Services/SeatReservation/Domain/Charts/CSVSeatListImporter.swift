/// Reads what a person writes by hand: `section,row,seat,x,y,category`, one line a seat.
struct CSVSeatListImporter {
    static let header = ["section", "row", "seat", "x", "y", "category"]

    let settings: ChartImportSettings

    func draft(from records: [CSVReader.Record]) throws(ChartProblem) -> ChartDraft {
        var draft = ChartDraft(name: settings.name ?? "Seating chart")
        var sectionIndexes: [String: Int] = [:]
        var rowIndexes: [[String]: Int] = [:]
        var categoryKeys: Set<String> = []
        for (number, record) in records.dropFirst().enumerated() {
            guard number < settings.seatsMax else {
                throw ChartProblem(.tooManySeats, "The file has more than \(settings.seatsMax) seats.")
            }
            guard record.fields.count == Self.header.count else {
                throw malformed(record, "\(record.fields.count) fields in place of \(Self.header.count)")
            }
            let field = record.fields.map(LabelText.trimmed)
            guard let x = Double(field[3]), let y = Double(field[4]) else {
                throw malformed(record, "x and y are not both numbers")
            }
            let section = sectionIndexes[field[0]] ?? draft.sections.count
            if section == draft.sections.count { draft.sections.append(ChartDraft.Section(name: field[0])) }
            sectionIndexes[field[0]] = section
            let row = rowIndexes[[field[0], field[1]]] ?? draft.sections[section].rows.count
            if row == draft.sections[section].rows.count {
                draft.sections[section].rows.append(ChartDraft.Row(name: field[1]))
            }
            rowIndexes[[field[0], field[1]]] = row
            draft.sections[section].rows[row].seats.append(
                ChartDraft.Seat(label: field[2], position: ChartPoint(x: x, y: y), categoryKey: field[5]))
            if !field[5].isEmpty, categoryKeys.insert(field[5]).inserted {
                draft.categories.append(ChartDraft.Category(key: field[5], name: field[5]))
            }
        }
        return draft
    }

    private func malformed(_ record: CSVReader.Record, _ what: String) -> ChartProblem {
        ChartProblem(
            .malformedFile, ids: ["line \(record.line)"], "The list is malformed in line \(record.line): \(what).")
    }
}
