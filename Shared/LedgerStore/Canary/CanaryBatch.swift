public import Postgres
public import Ticketing

/// Moves the canary's clock, at most once in an interval whoever asks: `canary_batch` of migration 7.
public enum CanaryBatch: DoorBatch {
    /// What became of it.
    public enum Outcome: Sendable, Hashable {
        /// The map changed, or another process changed it lately; ask again after the time given.
        case due(inMilliseconds: Int)
        /// Nobody has made the canary yet.
        case notThere
    }

    public static let name = "canary"
    public static let statement = StatementLibrary.statement("canary_batch")
    public static let unknownPerformance = Outcome.notThere

    /// The items are intervals in milliseconds.
    public static func values(for items: [Int32], in performance: PerformanceID) -> [any PostgresEncodable] {
        [performance, items]
    }

    public static func outcome(
        of row: PostgresRow, for item: Int32, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Outcome
    {
        .due(inMilliseconds: try row.decode(Int.self, at: DoorColumn.own))
    }
}
