public import Postgres
public import Ticketing

/// Proves the ledger on one snapshot.
public struct AuditStore: Sendable {
    private static let snapshotStatement = StatementLibrary.statement("audit_snapshot")
    private static let room = StatementLibrary.statement("audit_room")
    private static let server = StatementLibrary.statement("audit_server")
    private static let countsStatement = StatementLibrary.statement("audit_counts")
    private static let balancesStatement = StatementLibrary.statement("audit_balances")

    /// An open snapshot, valid until the closure that it was passed to ends.
    public struct Snapshot: Sendable {
        /// The server, and the instant.
        public let server: AuditServer
        let transaction: PostgresTransaction
    }

    private let pool: PostgresPool

    /// The ledger that the pool reaches. An audit takes as long as it takes: the pool's limits have to allow that.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Runs `body` on one snapshot: whatever it asks, it sees the ledger as it was at one instant.
    public func withSnapshot<Value: Sendable>(
        deadline: ContinuousClock.Instant, _ body: (Snapshot) async throws -> Value
    ) async throws -> Value {
        try await pool.transaction(deadline: deadline) { transaction in
            _ = try await transaction.execute(Self.snapshotStatement)
            try await transaction.execute(Self.room)
            guard let row = try await transaction.execute(Self.server).first else {
                throw PostgresFailure.unexpectedValue("nothing for the server")
            }
            let server = AuditServer(
                takenAt: try row.decode(at: 0), isStandby: try row.decode(at: 1), logPosition: try row.decode(at: 2),
                lagMilliseconds: try row.decode(at: 3), epoch: try row.decode(at: 4))
            return try await body(Snapshot(server: server, transaction: transaction))
        }
    }

    /// Runs one check; at most `limit` findings.
    public func findings(of check: AuditCheck, on snapshot: Snapshot, limit: Int) async throws -> [AuditFinding] {
        let statement = StatementLibrary.statement("audit_\(check.rawValue)")
        return try await snapshot.transaction.execute(statement, [Int64(limit)]).map { row in
            AuditFinding(check: check.rawValue, subject: try row.decode(at: 0), detail: try row.decode(at: 1))
        }
    }

    /// How much there is.
    public func counts(on snapshot: Snapshot) async throws -> AuditCounts {
        guard let row = try await snapshot.transaction.execute(Self.countsStatement).first else {
            throw PostgresFailure.unexpectedValue("no counts")
        }
        return AuditCounts(
            seatsSold: try row.decode(at: 0), ticketsLive: try row.decode(at: 1), ordersPaid: try row.decode(at: 2),
            paymentsSucceeded: try row.decode(at: 3), transfers: try row.decode(at: 4), changes: try row.decode(at: 5))
    }

    /// Every account's sums over what was posted by an instant.
    public func balances(at instant: Timestamp, on snapshot: Snapshot) async throws -> [AuditBalance] {
        try await snapshot.transaction.execute(Self.balancesStatement, [instant]).map { row in
            AuditBalance(
                account: try row.decode(at: 0), owner: try row.decode(at: 1), currency: try row.decode(at: 2),
                debitMinor: try row.decode(at: 3), creditMinor: try row.decode(at: 4))
        }
    }
}
