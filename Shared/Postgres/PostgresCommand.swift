/// One step of a unit: a prepared statement with its parameters, or plain SQL of ours without any.
enum PostgresCommand {
    case prepared(Statement, PostgresParameters)
    case plain(String)
}

extension PostgresCommand {
    /// Has its transaction write a record, and so wait for whatever commits wait for, without a table or a lock.
    static let emptyCommit = PostgresCommand.plain("SELECT pg_logical_emit_message(true, 'empty-commit', '')")

    /// Whether it may change something.
    var mayWrite: Bool {
        switch self {
        case .prepared(let statement, _): statement.mayWrite
        case .plain: true
        }
    }

    /// Encodes the values; throws `unexpectedValue` for what can't be sent.
    init(_ statement: Statement, _ values: [any PostgresEncodable]) throws(PostgresFailure) {
        let parameters = PostgresParameters(values)
        if parameters.holdsZeroByteInText { throw .unexpectedValue("PostgreSQL's texts can't hold U+0000") }
        self = .prepared(statement, parameters)
    }
}

extension [PostgresRows] {
    /// The one answer of a unit of one statement.
    func only() throws(PostgresFailure) -> PostgresRows {
        guard let rows = first, count == 1 else { throw .unexpectedValue("\(count) answers to one statement") }
        return rows
    }
}
