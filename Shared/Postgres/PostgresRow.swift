/// One row of a statement's answer.
public struct PostgresRow: Sendable {
    private let rows: PostgresRows
    private let index: Int32

    init(rows: PostgresRows, index: Int32) {
        self.rows = rows
        self.index = index
    }

    /// Reads a column by its position, counted from 0; throws `unexpectedValue` when it holds something else.
    public func decode<Value: PostgresDecodable>(
        _: Value.Type = Value.self, at column: Int
    ) throws(PostgresFailure) -> Value {
        try rows.withCell(row: index, column: column) { cell throws(PostgresFailure) in
            do throws(PostgresFailure) {
                return try Value.decode(from: cell)
            } catch {
                throw error.located(column: column)
            }
        }
    }

    /// Reads a column by its name, which is looked up each time: prefer positions in hot paths.
    public func decode<Value: PostgresDecodable>(
        _: Value.Type = Value.self, named name: String
    ) throws(PostgresFailure) -> Value {
        guard let column = rows.columnIndex(name) else { throw .unexpectedValue("no column \(name)") }
        return try decode(Value.self, at: column)
    }
}
