/// Which statements one connection has prepared, and under which names the server knows them.
struct PreparedStatements {
    private struct Entry {
        let sql: String
        let types: [PostgresType]
        let serverName: String
    }

    struct Plan: Equatable {
        let serverName: String
        let mustPrepare: Bool
    }

    private var entries: [String: Entry] = [:]
    /// A name that was forgotten comes back with a number, since the server may still know the old one.
    private var generations: [String: Int] = [:]

    /// The name to execute by; the caller prepares it first where the plan says so.
    mutating func plan(_ statement: Statement, _ parameters: [PostgresParameters.Parameter]) -> Plan {
        if let entry = entries[statement.name] {
            if entry.sql == statement.sql, entry.types.elementsEqual(parameters.lazy.map(\.type)) {
                return Plan(serverName: entry.serverName, mustPrepare: false)
            }
            forget(statement.name)
        }
        let generation = generations[statement.name, default: 0]
        let serverName = generation == 0 ? statement.name : "\(statement.name)~\(generation)"
        entries[statement.name] = Entry(
            sql: statement.sql, types: parameters.map(\.type), serverName: serverName)
        return Plan(serverName: serverName, mustPrepare: true)
    }

    /// Its preparing failed, or the server lost it, or it no longer fits its tables.
    mutating func forget(_ name: String) {
        if entries.removeValue(forKey: name) != nil { generations[name, default: 0] += 1 }
    }
}
