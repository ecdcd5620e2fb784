public import Postgres
public import Ticketing

/// Reads payments, and shares out the open ones among those who look after them. What settles them goes through the
/// seats' door.
public struct PaymentsStore: Sendable {
    private static let read = StatementLibrary.statement("payment_read")
    private static let claim = StatementLibrary.statement("payments_claim")
    private static let open = StatementLibrary.statement("payments_open")
    private static let instrumentLimit = StatementLibrary.statement("instrument_limit")
    private static let keyIsKnown = StatementLibrary.statement("key_is_known")
    private static let time = StatementLibrary.statement("database_time")

    private let pool: PostgresPool

    /// Payments of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// For how many seats of a performance one instrument may pay; nil where nobody limits that.
    public nonisolated(nonsending) func instrumentLimit(
        of performance: PerformanceID
    ) async throws(PostgresFailure) -> Int? {
        try await pool.execute(Self.instrumentLimit, [performance]).first?.decode(Int?.self, at: 0)
    }

    /// Whether something was asked for by a customer's key before, which may have charged them: believed only of the primary.
    public nonisolated(nonsending) func knows(
        _ key: DoorItemKey, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> Bool {
        let rows = try await pool.executeConfirmed(Self.keyIsKnown, [key.customerID, key.key], deadline: deadline)
        return try rows.first?.decode(at: 0) ?? false
    }

    /// One payment; nil when there is none, which is believed only of the primary: a provider's message about it would
    /// be thrown away.
    public nonisolated(nonsending) func payment(_ id: PaymentID) async throws(PostgresFailure) -> PaymentAttempt? {
        if let row = try await pool.execute(Self.read, [id]).first { return try PaymentAttempt(row) }
        return try await confirmedPayment(id)
    }

    /// One payment as nobody but the primary has it: for those who are about to take money by what they read.
    public nonisolated(nonsending) func confirmedPayment(
        _ id: PaymentID
    ) async throws(PostgresFailure) -> PaymentAttempt? {
        guard let row = try await pool.executeConfirmed(Self.read, [id]).first else { return nil }
        return try PaymentAttempt(row)
    }

    /// Takes up to `limit` open payments whose next check is due; nobody else gets them before a pause is over, which
    /// doubles with each check up to `pauseSecondsMax`.
    public nonisolated(nonsending) func claimDue(
        limit: Int, pauseSecondsMax: Int
    ) async throws(PostgresFailure) -> [PaymentAttempt] {
        let rows = try await pool.execute(Self.claim, [Int64(limit), Double(pauseSecondsMax)])
        var attempts: [PaymentAttempt] = []
        for row in rows { attempts.append(try PaymentAttempt(row)) }
        return attempts
    }

    /// How many payments are open, and the oldest one's age in seconds, by state.
    public nonisolated(nonsending) func openCounts() async throws(PostgresFailure)
        -> [PaymentState: (count: Int, oldestAgeSeconds: Int64)]
    {
        var counts: [PaymentState: (count: Int, oldestAgeSeconds: Int64)] = [:]
        for row in try await pool.execute(Self.open) {
            counts[try row.word(at: 0)] = (try row.decode(at: 1), try row.decode(at: 2))
        }
        return counts
    }

    /// The database's clock: the only one that deadlines are judged by.
    public nonisolated(nonsending) func databaseTime() async throws(PostgresFailure) -> Timestamp {
        guard let row = try await pool.execute(Self.time).first else {
            throw .unexpectedValue("nothing for the database's clock")
        }
        return try row.decode(at: 0)
    }
}
