import LoadModel

/// The rows of one run on one machine, side by side.
public struct RivalTable: Sendable {
    private let rows: [RivalRow]
    /// When and on what, in a sentence.
    private let circumstances: String
    private let otherNotes: [String]

    /// A table of rows in the order in which they were measured, and what else is told below it.
    public init(_ rows: [RivalRow], circumstances: String, notes: [String] = []) {
        self.rows = rows
        self.circumstances = circumstances
        otherNotes = notes
    }

    private static let head = ["measure", "ours", "beside it", "theirs", "ratio", "goal", ""]

    /// In Markdown.
    public var markdown: String {
        var lines = [circumstances, "", Self.line(Self.head), Self.line(Self.head.map { _ in "---" })]
        lines += cells.map(Self.line)
        let notes = notes
        if !notes.isEmpty { lines += [""] + notes.map { "- \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As a page that needs nothing from elsewhere.
    public var page: String {
        let notes = notes.map { "<li>\(HTMLText.escaped($0))</li>" }.joined(separator: "\n")
        let body = """
            <h1>Rivals</h1>
            <p class="soft">\(HTMLText.escaped(circumstances))</p>
            \(HTMLText.table([Self.head] + cells))
            \(notes.isEmpty ? "" : "<ul>\n\(notes)\n</ul>")
            """
        return HTMLText.page(title: "Box Office beside its rivals", body: body)
    }

    /// Goals that were missed, each in a sentence.
    public var missed: [String] {
        rows.filter { $0.isReached == false }.map { row in
            let found =
                row.ratio.map { "\(LoadFigures.short($0)) times" } ?? "\(LoadFigures.short(row.ours)) \(row.unit)"
            return "\(row.measure), beside \(row.rival): \(found), goal \(LoadFigures.short(row.goal))"
        }
    }

    private var cells: [[String]] {
        var last = ""
        return rows.map { row in
            defer { last = row.measure }
            return [
                row.measure == last ? "" : row.measure, "\(LoadFigures.short(row.ours)) \(row.unit)", row.rival,
                row.theirs.map { "\(LoadFigures.short($0)) \(row.unit)" } ?? "", LoadFigures.short(row.ratio),
                row.goal.map { (row.better == .more ? "≥ " : "≤ ") + LoadFigures.short($0) } ?? "",
                row.isReached.map { $0 ? "reached" : "MISSED" } ?? "",
            ]
        }
    }

    private var notes: [String] {
        rows.compactMap { row in row.note.map { "\(row.measure), beside \(row.rival): \($0)" } } + otherNotes
    }

    private static func line(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
