public import Postgres
public import Ticketing

/// Proves the ledger on one snapshot.
public struct AuditStore: Sendable {
    private static let begin = StatementLibrary.statement("audit_begin")
    private static let export = StatementLibrary.statement("audit_export")
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
        try await withSnapshots(readers: 1, deadline: deadline) { try await body($0[0]) }
    }

    /// Runs `body` on one snapshot that several connections share: what each of them is asked is answered beside the
    /// others, and all see the ledger as it was at the same instant. The pool needs a connection for each reader.
    public func withSnapshots<Value: Sendable>(
        readers: Int, deadline: ContinuousClock.Instant, _ body: ([Snapshot]) async throws -> Value
    ) async throws -> Value {
        try await pool.transaction(deadline: deadline) { transaction in
            _ = try await transaction.execute(Self.begin)
            try await transaction.execute(Self.room)
            guard let row = try await transaction.execute(Self.server).first,
                let name = try await transaction.execute(Self.export).first
            else { throw PostgresFailure.unexpectedValue("nothing for the server") }
            let server = AuditServer(
                takenAt: try row.decode(at: 0), isStandby: try row.decode(at: 1), logPosition: try row.decode(at: 2),
                lagMilliseconds: try row.decode(at: 3), epoch: try row.decode(at: 4))
            return try await share(
                [Snapshot(server: server, transaction: transaction)], named: try name.decode(at: 0),
                readers: readers, deadline: deadline, body)
        }
    }

    /// Opens what is missing of the readers, each inside the one before, and runs `body` on all.
    private func share<Value: Sendable>(
        _ open: [Snapshot], named name: String, readers: Int, deadline: ContinuousClock.Instant,
        _ body: ([Snapshot]) async throws -> Value
    ) async throws -> Value {
        guard open.count < readers else { return try await body(open) }
        return try await pool.transaction(deadline: deadline) { transaction in
            _ = try await transaction.execute(Self.begin)
            // A name that the server made: digits and hyphens. It is part of the statement's own, as it is of its text.
            let take = Statement(name: "audit_take_\(name)", sql: "SET TRANSACTION SNAPSHOT '\(name)'")
            try await transaction.execute(take)
            try await transaction.execute(Self.room)
            return try await share(
                open + [Snapshot(server: open[0].server, transaction: transaction)], named: name, readers: readers,
                deadline: deadline, body)
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
            paymentsSucceeded: try row.decode(at: 3), transfers: try row.decode(at: 4), changes: try row.decode(at: 5),
            holds: try row.decode(at: 6))
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
