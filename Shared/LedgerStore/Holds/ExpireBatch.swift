public import Postgres
public import Ticketing

/// Holds of one performance whose deadline may have passed: `expire_batch` of migration 2.
public enum ExpireBatch: DoorBatch {
    /// What became of it.
    public enum Outcome: String, Sendable, Hashable {
        /// It has ended, also when that was so before.
        case expired
        /// A payment or an extension moved the deadline, or its seats are sold.
        case notDue = "not_due"
        /// No such hold in this performance.
        case notFound = "not_found"
    }

    public static let name = "expire"
    public static let statement = StatementLibrary.statement("expire_batch")
    public static let unknownPerformance = Outcome.notFound
    /// Nobody waits for these, and those who claim seats wait behind them.
    public static let itemsMax = 128

    public static func values(for items: [HoldID], in performance: PerformanceID) -> [any PostgresEncodable] {
        [performance, items]
    }

    public static func outcome(
        of row: PostgresRow, for item: HoldID, in performance: PerformanceID
    )
        throws(PostgresFailure) -> Outcome
    {
        try row.word(at: DoorColumn.outcome)
    }
}
