public import Postgres
public import Ticketing
public import Wire

/// Sessions that were ended before their time. A session itself is a signed token and stands nowhere.
public struct SessionStore: Sendable {
    /// Revocations commit out of the order of their times: each question looks so many seconds behind its cursor, and
    /// no revocation takes longer to commit than the statements' own limit.
    public var overlapSeconds: Double = 10

    private let pool: PostgresPool

    private static let revoke = StatementLibrary.statement("session_revoke")
    private static let isRevoked = StatementLibrary.statement("session_is_revoked")
    private static let time = StatementLibrary.statement("database_time")
    private static let since = StatementLibrary.statement("sessions_revoked_since")
    private static let all = StatementLibrary.statement("sessions_revoked")
    private static let forget = StatementLibrary.statement("session_revocations_forget")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Ends a session; repeatable. `expiresAt` is when the token would end by itself: then it is forgotten.
    public nonisolated(nonsending) func revoke(
        _ session: SessionID, of customer: CustomerID, expiresAt: Timestamp, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.revoke, [session, customer, expiresAt], deadline: deadline)
    }

    /// Whether a session was ended.
    public nonisolated(nonsending) func isRevoked(
        _ session: SessionID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Bool {
        try await pool.execute(Self.isRevoked, [session], deadline: deadline).first?.decode(Bool.self, at: 0) ?? false
    }

    /// The sessions ended since a cursor (all that matter without one), and the cursor to ask with next. The same
    /// revocation may come several times.
    public nonisolated(nonsending) func revocations(
        since cursor: Timestamp?, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> RevocationFeedResponse {
        // The time is read first: what is revoked after it is the next question's.
        guard let now = try await pool.execute(Self.time, deadline: deadline).first?.decode(Timestamp.self, at: 0)
        else { throw .unexpectedValue("no time") }
        let rows =
            if let cursor {
                try await pool.execute(Self.since, [cursor, overlapSeconds], deadline: deadline)
            } else {
                try await pool.execute(Self.all, deadline: deadline)
            }
        var revocations: [SessionRevocation] = []
        for row in rows {
            revocations.append(
                SessionRevocation(sessionId: try row.decode(at: 0), revokedAt: try row.decode(at: 1)))
        }
        return RevocationFeedResponse(revocations: revocations, cursor: now)
    }

    /// Forgets up to `limit` revocations of tokens that have ended by themselves; how many.
    public nonisolated(nonsending) func forgetEnded(limit: Int) async throws(PostgresFailure) -> Int {
        Int(try await pool.execute(Self.forget, [Int64(limit)]).first?.decode(Int64.self, at: 0) ?? 0)
    }
}
