/// Categories: each key once, every seat's category known, colours that a page can show.
struct ChartCategoryRules {
    /// Colours for categories that have none: told apart by people who see few colours (after Okabe and Ito).
    private static let palette = [
        "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d31", "#6a51a3",
    ]

    let settings: ChartImportSettings
    private var weight: ChartProblem.Weight { settings.repairs ? .mended : .refused }

    init(settings: ChartImportSettings) { self.settings = settings }

    func apply(to draft: inout ChartDraft) -> [ChartProblem] {
        var problems: [ChartProblem] = []
        problems += repeatedKeys(in: &draft)
        problems += unknownKeys(in: &draft)
        problems += colors(in: &draft)
        return problems
    }

    private func repeatedKeys(in draft: inout ChartDraft) -> [ChartProblem] {
        var seen: Set<String> = []
        let repeated = draft.categories.map(\.key).filter { !seen.insert($0).inserted }
        guard !repeated.isEmpty else { return [] }
        var kept: Set<String> = []
        draft.categories.removeAll { !kept.insert($0.key).inserted }
        return [problem(.repeatedCategory, weight, repeated, "category keys are repeated", "the first of each counts")]
    }

    private func unknownKeys(in draft: inout ChartDraft) -> [ChartProblem] {
        var known = Set(draft.categories.map(\.key))
        var unknown: [String] = []
        var seats: [String] = []
        for section in draft.sections.indices {
            for row in draft.sections[section].rows.indices {
                for seat in draft.sections[section].rows[row].seats.indices {
                    let key = draft.sections[section].rows[row].seats[seat].categoryKey.map(LabelText.trimmed) ?? ""
                    let original = draft.sections[section].rows[row].seats[seat].categoryKey
                    if let original, known.contains(original) { continue }
                    seats.append(draft.seatReference(section, row, seat))
                    guard settings.repairs else { continue }
                    let name = key.isEmpty ? "Uncategorised" : key
                    draft.sections[section].rows[row].seats[seat].categoryKey = name
                    if known.insert(name).inserted { unknown.append(name) }
                }
            }
        }
        guard !seats.isEmpty else { return [] }
        draft.categories += unknown.map { ChartDraft.Category(key: $0, name: $0) }
        var problems = [
            problem(
                .unknownCategory, weight, seats, "seats have no category, or one that the chart doesn't list",
                "the price levels \(unknown.prefix(5).joined(separator: ", ")) were added")
        ]
        if draft.categories.count > settings.categoriesMax {
            problems.append(
                problem(.tooManyCategories, .refused, unknown, "unknown categories are too many to add", ""))
        }
        return problems
    }

    private func colors(in draft: inout ChartDraft) -> [ChartProblem] {
        var invalid: [String] = []
        for index in draft.categories.indices {
            let name = LabelText.trimmed(draft.categories[index].name)
            draft.categories[index].name = String(name.prefix(settings.labelCharactersMax))
            if name.isEmpty { draft.categories[index].name = draft.categories[index].key }
            if let color = draft.categories[index].color.flatMap(hexColor) {
                draft.categories[index].color = color
            } else {
                if draft.categories[index].color != nil { invalid.append(draft.categories[index].key) }
                draft.categories[index].color = Self.palette[index % Self.palette.count]
            }
        }
        guard !invalid.isEmpty else { return [] }
        return [
            problem(.invalidColor, .note, invalid, "categories had no colour of the form #rrggbb", "others are used")
        ]
    }

    /// `#rrggbb` in lower case, from that or from `#rgb`.
    private func hexColor(_ text: String) -> String? {
        let digits = text.lowercased().dropFirst()
        let areHex = digits.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || 97...102 ~= $0 }
        guard text.hasPrefix("#"), areHex else { return nil }
        return switch digits.count {
        case 6: "#\(digits)"
        case 3: "#" + digits.map { "\($0)\($0)" }.joined()
        default: nil
        }
    }

    private func problem(
        _ code: ChartProblem.Code, _ weight: ChartProblem.Weight, _ ids: [String], _ what: String, _ mending: String
    ) -> ChartProblem {
        let end = weight == .refused ? "" : "; \(mending)"
        return ChartProblem(
            code, weight, ids: ids, listedMax: settings.idsListedMax, "\(ids.count) \(what)\(end).")
    }
}
