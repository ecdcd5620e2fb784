public import Postgres

/// Forgets what is of no use any more; the statements say when that is. Any number of processes may do so at once: none
/// waits for another.
public struct RetentionStore: Sendable {
    /// What is forgotten.
    public enum Kind: String, CaseIterable, Sendable {
        /// Deliveries that were finished long ago, and those that retired consumers were never told, with their attempts.
        case deliveries
        /// Keys whose answers nobody asks for any more.
        case answers
        /// Revocations of sessions that have ended by themselves.
        case sessions
    }

    private static let deliveriesStatement = StatementLibrary.statement("deliveries_forget")
    private static let answersStatement = StatementLibrary.statement("answers_forget")

    private let pool: PostgresPool

    /// What the ledger that the pool reaches keeps.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Forgets up to `limit` rows of a kind, the oldest first; how many.
    public nonisolated(nonsending) func forget(_ kind: Kind, limit: Int) async throws(PostgresFailure) -> Int {
        switch kind {
        case .deliveries:
            let row = try await pool.execute(Self.deliveriesStatement, [Int32(clamping: limit)]).first
            return Int(try row?.decode(Int32.self, at: 0) ?? 0)
        case .answers:
            let row = try await pool.execute(Self.answersStatement, [Int64(limit)]).first
            return Int(try row?.decode(Int64.self, at: 0) ?? 0)
        case .sessions:
            return try await SessionStore(pool: pool).forgetEnded(limit: limit)
        }
    }
}
