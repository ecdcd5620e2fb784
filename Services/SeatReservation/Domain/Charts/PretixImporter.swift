/// Reads a pretix seating plan: positions add up from zone over row to seat.
struct PretixImporter {
    let settings: ChartImportSettings

    func draft(from bytes: [UInt8]) throws(ChartProblem) -> ChartDraft {
        let plan = try JSONChartReader(settings: settings).decode(PretixPlan.self, from: bytes, convertsSnakeCase: true)
        var draft = ChartDraft(name: settings.name ?? plan.name ?? "")
        draft.categories = plan.categories.map { ChartDraft.Category(key: $0.name, name: $0.name, color: $0.color) }
        draft.sections = plan.zones.filter { zone in zone.rows.contains { !$0.seats.isEmpty } }.map(section)
        return draft
    }

    private func section(of zone: PretixPlan.Zone) -> ChartDraft.Section {
        var section = ChartDraft.Section(name: zone.name ?? "")
        section.rows = zone.rows.filter { !$0.seats.isEmpty }.map { row in
            let seats = row.seats.map { seat in
                ChartDraft.Seat(
                    id: seat.seatGuid ?? "", spareId: seat.uuid, label: seat.seatNumber?.text ?? "",
                    position: zone.position + row.position + seat.position, categoryKey: seat.category)
            }
            return ChartDraft.Row(name: row.rowNumber?.text ?? "", seats: seats)
        }
        return section
    }
}
