import CLibpq

/// What a statement answered: its rows, in binary, undecoded.
public struct PostgresRows: RandomAccessCollection, Sendable {
    // A result is not changed after libpq handed it over, and libpq documents reading one from several threads as
    // safe; it is freed once, when the last value that refers to it is gone.
    private final class Storage: @unchecked Sendable {
        let result: OpaquePointer

        init(_ result: OpaquePointer) {
            self.result = result
        }

        deinit {
            PQclear(result)
        }
    }

    private let storage: Storage
    private let rowCount: Int

    /// Takes the result over.
    init(taking result: OpaquePointer) {
        storage = Storage(result)
        rowCount = Int(PQntuples(result))
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { rowCount }

    public subscript(position: Int) -> PostgresRow {
        precondition(position >= 0 && position < rowCount, "row \(position) of \(rowCount)")
        return PostgresRow(rows: self, index: Int32(position))
    }

    /// How many columns each row has.
    public var columnCount: Int { Int(PQnfields(storage.result)) }

    /// How many rows an INSERT, UPDATE, DELETE, MERGE or SELECT touched; 0 for other commands.
    public var affectedRowCount: Int {
        guard let text = PQcmdTuples(storage.result) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// The command's tag, such as `INSERT 0 1` or `COMMIT`.
    var commandTag: String {
        PQcmdStatus(storage.result).map { String(cString: $0) } ?? ""
    }

    /// The position of a column by its name; `nil` when there is none.
    public func columnIndex(_ name: String) -> Int? {
        let index = PQfnumber(storage.result, name)
        return index < 0 ? nil : Int(index)
    }

    func cell(row: Int32, column: Int) -> PostgresCell? {
        let column = Int32(truncatingIfNeeded: column)
        guard column >= 0, column < PQnfields(storage.result) else { return nil }
        let type = PostgresType(objectID: PQftype(storage.result, column))
        if PQgetisnull(storage.result, row, column) != 0 { return PostgresCell(type: type, bytes: nil) }
        let length = Int(PQgetlength(storage.result, row, column))
        let start = PQgetvalue(storage.result, row, column)
        return PostgresCell(type: type, bytes: UnsafeRawBufferPointer(start: start, count: length))
    }

    /// Keeps the result alive while a cell's bytes are read.
    func withCell<Value>(
        row: Int32, column: Int, _ body: (PostgresCell) throws(PostgresFailure) -> Value
    ) throws(PostgresFailure) -> Value {
        defer { withExtendedLifetime(storage) {} }
        guard let cell = cell(row: row, column: column) else { throw .unexpectedValue("no column \(column)") }
        return try body(cell)
    }
}
