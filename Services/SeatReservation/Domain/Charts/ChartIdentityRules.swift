/// Nothing has two meanings: each seat id once, each section's name once, each seat's label once in its row.
struct ChartIdentityRules {
    let settings: ChartImportSettings
    private var weight: ChartProblem.Weight { settings.repairs ? .mended : .refused }

    init(settings: ChartImportSettings) { self.settings = settings }

    func apply(to draft: inout ChartDraft) -> [ChartProblem] {
        repeatedIds(in: &draft) + repeatedSections(in: &draft) + repeatedLabels(in: &draft)
    }

    /// A repeated id gives way to the seat's other id, or to the id with a number.
    private func repeatedIds(in draft: inout ChartDraft) -> [ChartProblem] {
        var counts: [String: Int] = [:]
        var spareCounts: [String: Int] = [:]
        draft.forEachSeat { section, row, seat in
            let found = draft.sections[section].rows[row].seats[seat]
            if let id = found.id { counts[id, default: 0] += 1 }
            if let spareId = found.spareId { spareCounts[spareId, default: 0] += 1 }
        }
        let repeated = counts.filter { $0.value > 1 }
        guard !repeated.isEmpty else { return [] }
        let ids = repeated.keys.sorted(by: NaturalOrder.precedes)
        guard settings.repairs else {
            return [problem(.repeatedSeatId, ids, "seat ids occur more than once", "")]
        }
        var numbers: [String: Int] = [:]
        for section in draft.sections.indices {
            for row in draft.sections[section].rows.indices {
                for seat in draft.sections[section].rows[row].seats.indices {
                    let found = draft.sections[section].rows[row].seats[seat]
                    guard let id = found.id, repeated[id] != nil else { continue }
                    let newId: String
                    if let spareId = found.spareId, spareCounts[spareId] == 1, counts[spareId] == nil {
                        newId = spareId
                    } else {
                        repeat { numbers[id, default: 0] += 1 } while counts["\(id)#\(numbers[id] ?? 0)"] != nil
                        newId = "\(id)#\(numbers[id] ?? 0)"
                    }
                    draft.sections[section].rows[row].seats[seat].id = newId
                }
            }
        }
        return [
            problem(.repeatedSeatId, ids, "seat ids occur more than once", "other ids of those seats took their place")
        ]
    }

    private func repeatedSections(in draft: inout ChartDraft) -> [ChartProblem] {
        var taken: Set<String> = []
        var repeated: [String] = []
        let names = Set(draft.sections.map(\.name))
        var free = FreeNames()
        for index in draft.sections.indices {
            let name = draft.sections[index].name
            guard !taken.insert(name).inserted else { continue }
            repeated.append(draft.sections[index].floor.map { "\($0)-\(name)" } ?? name)
            let wish = draft.sections[index].floor.map { "\($0) \(name)" } ?? name
            let mended = free.name(like: wish) { taken.contains($0) || names.contains($0) }
            draft.sections[index].name = mended
            taken.insert(mended)
        }
        guard !repeated.isEmpty else { return [] }
        return [problem(.repeatedSectionName, repeated, "sections have a name that is taken", "they were renamed")]
    }

    /// Two rows may share a name (the halves beside an aisle) as long as no seat label repeats in them.
    private func repeatedLabels(in draft: inout ChartDraft) -> [ChartProblem] {
        var repeated: [String] = []
        for section in draft.sections.indices {
            var labels: [String: Set<String>] = [:]
            let names = Set(draft.sections[section].rows.map(\.name))
            var free = FreeNames()
            for row in draft.sections[section].rows.indices {
                repeated += separateSeats(of: &draft.sections[section].rows[row], in: draft.sections[section].name)
                let name = draft.sections[section].rows[row].name
                let own = Set(draft.sections[section].rows[row].seats.map(\.label))
                let clashes = labels[name, default: []].intersection(own)
                guard !clashes.isEmpty else {
                    labels[name, default: []].formUnion(own)
                    continue
                }
                repeated += clashes.sorted(by: NaturalOrder.precedes).map {
                    "\(draft.sections[section].name)-\(name)-\($0)"
                }
                let mended = free.name(like: name) { names.contains($0) || labels[$0] != nil }
                draft.sections[section].rows[row].name = mended
                labels[mended] = own
            }
        }
        guard !repeated.isEmpty else { return [] }
        return [
            problem(
                .repeatedSeatLabel, repeated, "seats have a label that is taken in their row",
                "their rows or seats were given a number")
        ]
    }

    private func separateSeats(of row: inout ChartDraft.Row, in section: String) -> [String] {
        var taken: Set<String> = []
        var repeated: [String] = []
        let labels = Set(row.seats.map(\.label))
        var free = FreeNames()
        for seat in row.seats.indices where !taken.insert(row.seats[seat].label).inserted {
            repeated.append("\(section)-\(row.name)-\(row.seats[seat].label)")
            guard settings.repairs else { continue }
            let mended = free.name(like: row.seats[seat].label) { labels.contains($0) || taken.contains($0) }
            row.seats[seat].label = mended
            taken.insert(mended)
        }
        return repeated
    }

    private func problem(
        _ code: ChartProblem.Code, _ ids: [String], _ what: String, _ mending: String
    ) -> ChartProblem {
        let end = settings.repairs ? "; \(mending)" : ""
        return ChartProblem(
            code, weight, ids: ids, listedMax: settings.idsListedMax, "\(ids.count) \(what)\(end).")
    }
}
