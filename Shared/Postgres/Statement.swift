/// A statement that each connection prepares once, by its name.
public struct Statement: Sendable, Hashable {
    /// The name under which it is prepared and logged.
    public let name: String
    /// One SQL command with parameters `$1`, `$2`, ….
    public let sql: String
    /// Whether running it twice does no harm (a reading, mostly): then a lost connection leaves nothing unknown.
    public let isRepeatable: Bool
    /// Whether it may change something: such a statement is not sent while commits are stuck.
    public let mayWrite: Bool

    /// Unless it is told, a statement that may be repeated is taken for a reading.
    public init(name: String, sql: String, isRepeatable: Bool = false, mayWrite: Bool? = nil) {
        self.name = name
        self.sql = sql
        self.isRepeatable = isRepeatable
        self.mayWrite = mayWrite ?? !isRepeatable
    }
}
