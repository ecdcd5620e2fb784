public import Postgres
public import Ticketing

/// Ends unpaid orders of holds that have ended, by the seats' door; repeatable.
public enum OrdersLapseBatch: DoorBatch {
    public typealias Item = HoldID
    public typealias Outcome = Void

    public static let name = "orders_lapse"
    public static let statement = StatementLibrary.statement("orders_lapse_batch")
    public static let unknownPerformance: Void = ()

    public static func values(for items: [HoldID], in performance: PerformanceID) -> [any PostgresEncodable] {
        [performance, items]
    }

    public static func outcome(
        of row: PostgresRow, for item: HoldID, in performance: PerformanceID
    ) throws(PostgresFailure) {}
}
