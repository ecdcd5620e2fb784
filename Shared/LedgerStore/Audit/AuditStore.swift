public import Postgres
public import Ticketing

/// Proves the ledger on one snapshot.
public struct AuditStore: Sendable {
    private static let snapshotStatement = StatementLibrary.statement("audit_snapshot")
    private static let time = StatementLibrary.statement("audit_time")
    private static let countsStatement = StatementLibrary.statement("audit_counts")
    private static let balancesStatement = StatementLibrary.statement("audit_balances")
    private static let clearingPage = StatementLibrary.statement("audit_clearing_page")
    private static let checks = AuditCheck.allCases.map { check in
        (check: check, statement: StatementLibrary.statement("audit_\(check.rawValue)"))
    }

    /// An open snapshot, valid until the closure that it was passed to ends.
    public struct Snapshot: Sendable {
        /// When it was taken, by the database's clock.
        public let takenAt: Timestamp
        fileprivate let transaction: PostgresTransaction
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
            guard let row = try await transaction.execute(Self.time).first else {
                throw PostgresFailure.unexpectedValue("nothing for the database's clock")
            }
            return try await body(Snapshot(takenAt: try row.decode(at: 0), transaction: transaction))
        }
    }

    /// Runs every check; at most `limit` findings each.
    public func findings(on snapshot: Snapshot, limit: Int) async throws -> [AuditFinding] {
        var findings: [AuditFinding] = []
        for (check, statement) in Self.checks {
            for row in try await snapshot.transaction.execute(statement, [Int64(limit)]) {
                findings.append(
                    AuditFinding(
                        check: check.rawValue, subject: try row.decode(at: 0), detail: try row.decode(at: 1)))
            }
        }
        return findings
    }

    /// How much there is.
    public func counts(on snapshot: Snapshot) async throws -> AuditCounts {
        guard let row = try await snapshot.transaction.execute(Self.countsStatement).first else {
            throw PostgresFailure.unexpectedValue("no counts")
        }
        return AuditCounts(
            seatsSold: try row.decode(at: 0), ticketsLive: try row.decode(at: 1), ordersPaid: try row.decode(at: 2),
            paymentsSucceeded: try row.decode(at: 3), transfers: try row.decode(at: 4))
    }

    /// Every account's sums.
    public func balances(on snapshot: Snapshot) async throws -> [AuditBalance] {
        try await snapshot.transaction.execute(Self.balancesStatement).map { row in
            AuditBalance(
                account: try row.decode(at: 0), owner: try row.decode(at: 1), currency: try row.decode(at: 2),
                debitMinor: try row.decode(at: 3), creditMinor: try row.decode(at: 4))
        }
    }

    /// A page of what stands in a provider's clearing account after a payment, by payment id.
    public func clearing(
        of provider: String, after payment: PaymentID, limit: Int, on snapshot: Snapshot
    ) async throws -> [ClearingLine] {
        try await snapshot.transaction.execute(Self.clearingPage, [payment, Int64(limit), provider]).map { row in
            ClearingLine(
                paymentID: try row.decode(at: 0), state: try row.word(at: 1), currency: try row.decode(at: 2),
                keptMinor: try row.decode(at: 3))
        }
    }
}
