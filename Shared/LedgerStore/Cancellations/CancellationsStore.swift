public import Postgres
public import Ticketing
public import Wire

/// Reads cancelled performances, and shares them out among those who look after them.
public struct CancellationsStore: Sendable {
    private static let read = StatementLibrary.statement("cancellation_read")
    private static let claim = StatementLibrary.statement("cancellations_claim")
    private static let finish = StatementLibrary.statement("cancellation_finish")

    private let pool: PostgresPool

    /// Cancellations of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// How far the refunds of a performance are; nil when it is not cancelled, or not the organizer's.
    public nonisolated(nonsending) func cancellation(
        _ question: PerformanceSalesRequest
    ) async throws(PostgresFailure) -> CancellationResource? {
        let rows = try await pool.execute(Self.read, [question.performanceId, question.organizerId, question.isAdmin])
        guard let row = rows.first else { return nil }
        return try CancellationResource(row, at: 0)
    }

    /// Takes up to `limit` performances that are not finished, and whether each is planned; nobody else gets them for
    /// `leaseSeconds`.
    public nonisolated(nonsending) func claimDue(
        limit: Int, leaseSeconds: Int
    ) async throws(PostgresFailure) -> [(performance: PerformanceID, isPlanned: Bool)] {
        var claimed: [(performance: PerformanceID, isPlanned: Bool)] = []
        for row in try await pool.execute(Self.claim, [Int64(limit), Double(leaseSeconds)]) {
            claimed.append((try row.decode(at: 0), try row.decode(at: 1)))
        }
        return claimed
    }

    /// Ends a cancellation that has nothing left to do; whether it was so.
    public nonisolated(nonsending) func finish(_ performance: PerformanceID) async throws(PostgresFailure) -> Bool {
        try await pool.execute(Self.finish, [performance]).count > 0
    }
}

extension CancellationResource {
    /// Reads the columns of `cancellation_reading`, the first of them at `first`.
    init(_ row: PostgresRow, at first: Int) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: first + 7)
        let finishedAt = try row.decode(Timestamp?.self, at: first + 5)
        self.init(
            performanceId: try row.decode(at: first),
            state: finishedAt == nil ? .refunding : .finished,
            reason: try row.decode(at: first + 2),
            requestedAt: try row.decode(at: first + 3),
            finishedAt: finishedAt,
            ticketCount: Int(try row.decode(Int32.self, at: first + 6)),
            ticketsRefunded: Int(try row.decode(Int32.self, at: first + 11)),
            refunds: Int(try row.decode(Int32.self, at: first + 8)),
            refundsMade: Int(try row.decode(Int32.self, at: first + 9)),
            refundsRefused: Int(try row.decode(Int32.self, at: first + 10)),
            amount: try row.money(at: first + 12, in: currency),
            refunded: try row.money(at: first + 13, in: currency))
    }
}
