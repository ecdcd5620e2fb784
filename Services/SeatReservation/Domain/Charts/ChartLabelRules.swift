/// Names and labels: trimmed, not blank, not too long.
struct ChartLabelRules {
    let settings: ChartImportSettings

    func apply(to draft: inout ChartDraft) -> [ChartProblem] {
        draft.name = LabelText.trimmed(draft.name)
        if draft.name.isEmpty { draft.name = "Seating chart" }
        var blank: [String] = []
        var long: [String] = draft.name.count > settings.labelCharactersMax ? ["the chart's name"] : []
        let sectionsTaken = Set(draft.sections.map(\.name))
        for section in draft.sections.indices {
            settle(
                &draft.sections[section].name, as: "section number \(section + 1)",
                generated: "Section \(section + 1)", taken: sectionsTaken, &blank, &long)
            draft.sections[section].floor = draft.sections[section].floor.map(LabelText.trimmed)
            settleRows(of: &draft.sections[section], &blank, &long)
        }
        var problems: [ChartProblem] = []
        if !blank.isEmpty {
            let mending = settings.repairs ? "; they were given numbers" : ""
            problems.append(
                problem(.blankLabel, settings.repairs ? .mended : .refused, blank, "labels are blank\(mending)"))
        }
        if !long.isEmpty {
            problems.append(
                problem(.labelTooLong, .refused, long, "labels have over \(settings.labelCharactersMax) characters"))
        }
        return problems
    }

    private func settleRows(of section: inout ChartDraft.Section, _ blank: inout [String], _ long: inout [String]) {
        let rowsTaken = Set(section.rows.map(\.name))
        for row in section.rows.indices {
            let path = "\(section.name)-row number \(row + 1)"
            settle(
                &section.rows[row].name, as: path, generated: String(row + 1), taken: rowsTaken, &blank, &long)
            let seatsTaken = Set(section.rows[row].seats.map(\.label))
            for seat in section.rows[row].seats.indices {
                let id = section.rows[row].seats[seat].id
                settle(
                    &section.rows[row].seats[seat].label,
                    as: id ?? "\(section.name)-\(section.rows[row].name)-seat number \(seat + 1)",
                    generated: String(seat + 1), taken: seatsTaken, &blank, &long)
            }
        }
    }

    /// Trims a label; notes a blank or long one; gives a blank one the generated text where repairs are asked for.
    private func settle(
        _ label: inout String, as path: String, generated: String, taken: Set<String>, _ blank: inout [String],
        _ long: inout [String]
    ) {
        label = LabelText.trimmed(label)
        if label.isEmpty {
            blank.append(path)
            guard settings.repairs else { return }
            var free = FreeNames()
            label = free.name(like: generated) { taken.contains($0) }
        } else if label.count > settings.labelCharactersMax {
            long.append(path)
        }
    }

    private func problem(
        _ code: ChartProblem.Code, _ weight: ChartProblem.Weight, _ ids: [String], _ what: String
    ) -> ChartProblem {
        ChartProblem(code, weight, ids: ids, listedMax: settings.idsListedMax, "\(ids.count) \(what).")
    }
}
