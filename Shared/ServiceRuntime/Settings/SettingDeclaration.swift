/// One setting as it is declared: what an operator reads in `--settings`.
public struct SettingDeclaration: Sendable, Hashable {
    /// The environment variable.
    public let name: String
    /// What holds where it is not set; nil where it must be set.
    public let defaultText: String?
    /// What is counted, or the form: `seconds`, `host:port`, `secret`.
    public let unit: String
    /// What it decides, in one sentence.
    public let meaning: String

    /// The settings as a table for a terminal.
    public static func table(_ declarations: [SettingDeclaration]) -> String {
        let rows = declarations.map { [$0.name, $0.defaultText ?? "(must be set)", $0.unit, $0.meaning] }
        let all = [["SETTING", "DEFAULT", "UNIT", "MEANING"]] + rows
        let widths = (0..<3).map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            (0..<3).map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count) }
                .joined(separator: "  ") + "  " + row[3]
        }.joined(separator: "\n") + "\n"
    }
}
