public import Postgres

/// Every statement of the ledger, by name, read from the files of `Queries/`.
///
/// In a file each statement follows a line `-- statement: NAME` and ends at the next such line. `repeatable` behind the
/// name says that running it twice does no harm: a reading, or with `write` behind that a change. Asking for a name that no file holds is our bug.
public enum StatementLibrary {
    /// All statements: tests explain every one of them.
    public static var all: [Statement] { byName.values.sorted { $0.name < $1.name } }

    /// The statement of that name.
    public static func statement(_ name: String) -> Statement {
        guard let statement = byName[name] else { preconditionFailure("no statement is called \(name)") }
        return statement
    }

    private static let byName: [String: Statement] = {
        var found: [String: Statement] = [:]
        for file in QueryFiles.all {
            for statement in statements(of: String(decoding: file, as: UTF8.self)) {
                precondition(found[statement.name] == nil, "two statements are called \(statement.name)")
                found[statement.name] = statement
            }
        }
        return found
    }()

    static func statements(of file: String) -> [Statement] {
        var statements: [Statement] = []
        var heading: [Substring] = []
        var lines: [Substring] = []
        func close() -> Statement? {
            guard let name = heading.first else { return nil }
            return Statement(
                name: String(name), sql: lines.joined(separator: "\n"), isRepeatable: heading.contains("repeatable"),
                mayWrite: heading.contains("write") ? true : nil)
        }
        for line in file.split(separator: "\n") {
            if line.hasPrefix("-- statement: ") {
                if let statement = close() { statements.append(statement) }
                heading = line.dropFirst("-- statement: ".count).split(separator: " ")
                lines = []
            } else if !line.hasPrefix("--") {
                lines.append(line)
            }
        }
        if let statement = close() { statements.append(statement) }
        return statements
    }
}
