public import Postgres
import Ticketing

/// Shares out what consumers have to be told, and keeps how it went.
public struct DeliveriesStore: Sendable {
    private static let claimStatement = StatementLibrary.statement("deliveries_claim")
    private static let finishStatement = StatementLibrary.statement("delivery_finish")
    private static let postponeStatement = StatementLibrary.statement("delivery_postpone")
    private static let releaseStatement = StatementLibrary.statement("delivery_release")
    private static let holdBackStatement = StatementLibrary.statement("deliveries_hold_back")
    private static let buryStatement = StatementLibrary.statement("deliveries_bury")
    private static let loadStatement = StatementLibrary.statement("deliveries_load")
    private static let letterStatement = StatementLibrary.statement("letter_read")
    private static let offerStatement = StatementLibrary.statement("offer_letter_read")

    private let pool: PostgresPool

    /// Deliveries of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes up to `limit` deliveries that are due, the oldest first; nobody else gets them for `leaseSeconds`. At most
    /// `perConsumer` of one consumer, and none of those that are named.
    public nonisolated(nonsending) func claim(
        _ means: MessageMeans, limit: Int, perConsumer: Int, exceptOf busy: [String], leaseSeconds: Double
    ) async throws(PostgresFailure) -> [ClaimedDelivery] {
        let rows = try await pool.execute(
            Self.claimStatement, [means.rawValue, Int64(limit), Int64(perConsumer), busy, leaseSeconds])
        var claimed: [ClaimedDelivery] = []
        for row in rows { claimed.append(try ClaimedDelivery(row)) }
        return claimed
    }

    /// It arrived; `detail` is what the peer said.
    public nonisolated(nonsending) func finish(
        _ delivery: ClaimedDelivery, milliseconds: Int, detail: String
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(
            Self.finishStatement,
            [
                delivery.consumer, delivery.message.position, Int32(delivery.attempt), Int32(clamping: milliseconds),
                detail,
            ])
    }

    /// It did not arrive: it is tried again after a pause, or given up when the pause is nil.
    public nonisolated(nonsending) func postpone(
        _ delivery: ClaimedDelivery, bySeconds seconds: Double?, milliseconds: Int, detail: String
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(
            Self.postponeStatement,
            [
                delivery.consumer, delivery.message.position, Int32(delivery.attempt), Int32(clamping: milliseconds),
                detail, seconds ?? 0, seconds == nil,
            ])
    }

    /// Nothing was done: whoever comes next may have it at once.
    public nonisolated(nonsending) func release(_ delivery: ClaimedDelivery) async throws(PostgresFailure) {
        _ = try await pool.execute(
            Self.releaseStatement, [delivery.consumer, delivery.message.position, Int32(delivery.attempt)])
    }

    /// Gives up what was begun `attemptsMax` times and never came to an end; how many.
    public nonisolated(nonsending) func bury(attemptsMax: Int) async throws(PostgresFailure) -> Int {
        try await pool.execute(Self.buryStatement, [Int32(attemptsMax)]).count
    }

    /// Puts what is due behind a dead letter off by a day, so that no claim looks at it until that is redriven. Of each
    /// consumer's the first `limit` are looked at.
    public nonisolated(nonsending) func holdBack(limit: Int) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.holdBackStatement, [Int64(limit)])
    }

    /// What waits and what was given up, by means.
    public nonisolated(nonsending) func load() async throws(PostgresFailure) -> [MessageMeans: DeliveryLoad] {
        var load: [MessageMeans: DeliveryLoad] = [:]
        for row in try await pool.execute(Self.loadStatement) {
            load[try row.word(at: 0)] = DeliveryLoad(
                waiting: try row.decode(at: 1), oldestMilliseconds: try row.decode(at: 2), dead: try row.decode(at: 3))
        }
        return load
    }

    /// What a letter about a message is made of; nil when it is about no order.
    public nonisolated(nonsending) func letter(of position: Int64) async throws(PostgresFailure) -> LetterReading? {
        guard let row = try await pool.execute(Self.letterStatement, [position]).first else { return nil }
        return try LetterReading(row)
    }

    /// What a letter about offered seats is made of; nil when the message is about none.
    public nonisolated(nonsending) func offer(of position: Int64) async throws(PostgresFailure) -> OfferReading? {
        guard let row = try await pool.execute(Self.offerStatement, [position]).first else { return nil }
        return try OfferReading(row)
    }
}
