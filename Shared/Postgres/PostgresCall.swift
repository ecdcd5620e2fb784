/// A statement with its values, for `PostgresPool.execute(together:)`.
public struct PostgresCall: Sendable {
    /// What to run.
    public let statement: Statement
    /// The values of `$1`, `$2`, ….
    public let values: [any PostgresEncodable]

    public init(_ statement: Statement, _ values: [any PostgresEncodable] = []) {
        self.statement = statement
        self.values = values
    }
}
