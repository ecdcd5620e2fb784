public import Postgres
public import Ticketing
public import Wire

/// What was held, sold and given back, minute by minute.
public struct SalesFiguresStore: Sendable {
    private static let countStatement = StatementLibrary.statement("sales_figures_count")
    private static let minutesStatement = StatementLibrary.statement("sales_minutes")

    private let pool: PostgresPool

    /// Figures of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Counts up to `limit` messages that were not counted yet, each once; how many there were.
    public nonisolated(nonsending) func count(limit: Int) async throws(PostgresFailure) -> Int {
        let row = try await pool.execute(Self.countStatement, [Int32(limit)]).first
        return Int(try row?.decode(Int32.self, at: 0) ?? 0)
    }

    /// The minutes of a stretch of time in which anything happened, the latest first.
    public nonisolated(nonsending) func minutes(
        of performance: PerformanceID, currency: String, from start: Timestamp, until end: Timestamp, limit: Int
    ) async throws(PostgresFailure) -> [SalesMinuteResource] {
        var minutes: [SalesMinuteResource] = []
        for row in try await pool.execute(Self.minutesStatement, [performance, start, end, Int64(limit)]) {
            minutes.append(
                SalesMinuteResource(
                    minute: try row.decode(at: 0), holdCount: try row.decode(at: 1), boughtCount: try row.decode(at: 2),
                    orderCount: Int64(try row.decode(Int32.self, at: 3)),
                    seatCount: Int64(try row.decode(Int32.self, at: 4)), gross: try row.money(at: 5, in: currency),
                    refundCount: Int64(try row.decode(Int32.self, at: 6)),
                    refunded: try row.money(at: 7, in: currency)))
        }
        return minutes
    }
}
