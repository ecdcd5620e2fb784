/// Lines of a CSV file (RFC 4180) that no spreadsheet takes for formulas.
enum CommaSeparated {
    /// What a cell holds.
    enum Cell: Hashable, Sendable {
        /// Words from outside: they are made harmless.
        case text(String)
        /// Ours: digits, ids, times.
        case value(String)
        case nothing
    }

    /// One line with its end.
    static func line(_ cells: [Cell]) -> String {
        cells.map(field).joined(separator: ",") + "\r\n"
    }

    private static func field(_ cell: Cell) -> String {
        switch cell {
        case .nothing: ""
        case .value(let text): quoted(text)
        case .text(let text): quoted(isFormula(text) ? "'" + text : text)
        }
    }

    // What a spreadsheet reads as a formula begins with one of these, also behind white space.
    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        if first == "\t" || first == "\r" || first == "\n" { return true }
        guard let sign = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
        return "=+-@\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains(sign)
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        let doubled = text.unicodeScalars.reduce(into: String.UnicodeScalarView()) { written, scalar in
            if scalar == "\"" { written.append(scalar) }
            written.append(scalar)
        }
        return "\"\(String(doubled))\""
    }
}
