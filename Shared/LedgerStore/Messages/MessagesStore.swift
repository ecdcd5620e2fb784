public import Postgres
public import Ticketing

/// Messages as operators see them: what was given up and why, and how it is told again; and who is told at all.
public struct MessagesStore: Sendable {
    /// A registration's failure.
    public enum Addition: Hashable, Sendable {
        case added
        /// A consumer has this name, or there is no such organizer.
        case refused
    }

    private static let deadStatement = StatementLibrary.statement("deliveries_dead")
    private static let readStatement = StatementLibrary.statement("message_read")
    private static let deliveriesStatement = StatementLibrary.statement("message_deliveries")
    private static let attemptsStatement = StatementLibrary.statement("delivery_attempts")
    private static let redriveStatement = StatementLibrary.statement("deliveries_redrive")
    private static let positionStatement = StatementLibrary.statement("message_position_at")
    private static let replayStatement = StatementLibrary.statement("deliveries_replay")
    private static let consumersStatement = StatementLibrary.statement("message_consumers")
    private static let addStatement = StatementLibrary.statement("message_consumer_add")
    private static let retireStatement = StatementLibrary.statement("message_consumer_retire")
    private static let replayPageItems: Int64 = 1_000

    private let pool: PostgresPool

    /// Messages of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    // MARK: What was told

    /// Dead letters after a place in their list, the oldest of each consumer first.
    public nonisolated(nonsending) func deadLetters(
        after place: (consumer: String, position: Int64) = ("", 0), limit: Int
    ) async throws(PostgresFailure) -> [DeadLetter] {
        var letters: [DeadLetter] = []
        for row in try await pool.execute(Self.deadStatement, [place.consumer, place.position, Int64(limit)]) {
            letters.append(try DeadLetter(row))
        }
        return letters
    }

    /// One message; nil when there is none.
    public nonisolated(nonsending) func message(at position: Int64) async throws(PostgresFailure) -> StoredMessage? {
        guard let row = try await pool.execute(Self.readStatement, [position]).first else { return nil }
        return try StoredMessage(row, at: 0)
    }

    /// What became of a message, consumer by consumer.
    public nonisolated(nonsending) func stories(
        of position: Int64
    ) async throws(PostgresFailure) -> [DeliveryStory] {
        var attempts: [String: [DeliveryStory.Attempt]] = [:]
        for row in try await pool.execute(Self.attemptsStatement, [position]) {
            attempts[try row.decode(at: 0), default: []].append(try DeliveryStory.Attempt(row))
        }
        var stories: [DeliveryStory] = []
        for row in try await pool.execute(Self.deliveriesStatement, [position]) {
            var story = try DeliveryStory(row)
            story.story = attempts[story.consumer] ?? []
            stories.append(story)
        }
        return stories
    }

    // MARK: Telling again

    /// Tries dead letters again as if they were new: of one consumer or all, of one message or all. How many.
    public nonisolated(nonsending) func redrive(
        consumer: String?, position: Int64?
    ) async throws(PostgresFailure) -> Int {
        try await pool.execute(Self.redriveStatement, [consumer, position]).count
    }

    /// The first message at or after an instant; nil when there is none.
    public nonisolated(nonsending) func position(at time: Timestamp) async throws(PostgresFailure) -> Int64? {
        try await pool.execute(Self.positionStatement, [time]).first?.decode(at: 0)
    }

    /// Tells a consumer everything once more from one message to another, also what it was told before; how many
    /// deliveries that opened. It goes page by page, and may be repeated when it was cut off.
    public nonisolated(nonsending) func replay(
        _ consumer: String, from first: Int64, through last: Int64 = .max
    ) async throws(PostgresFailure) -> Int64 {
        var opened: Int64 = 0
        var next = first
        while next <= last {
            let row = try await pool.execute(Self.replayStatement, [consumer, next, last, Self.replayPageItems]).first
            guard let row, let seen = try row.decode(Int64?.self, at: 0) else { break }
            opened += try row.decode(Int64.self, at: 1)
            next = seen + 1
        }
        return opened
    }

    // MARK: Who is told

    /// Everybody who is told.
    public nonisolated(nonsending) func consumers() async throws(PostgresFailure) -> [MessageConsumerRow] {
        var consumers: [MessageConsumerRow] = []
        for row in try await pool.execute(Self.consumersStatement) { consumers.append(try MessageConsumerRow(row)) }
        return consumers
    }

    /// Adds an organizer's address: it hears of all that is committed from now on, and of what was before by a replay.
    public nonisolated(nonsending) func addWebhook(
        _ name: String, kinds: [MessageKind], organizer: CustomerID, url: String
    ) async throws(PostgresFailure) -> Addition {
        do {
            _ = try await pool.execute(
                Self.addStatement,
                [name, MessageMeans.webhook.rawValue, kinds.map(\.rawValue), organizer, url])
            return .added
        } catch {
            // unique_violation, foreign_key_violation
            guard error.sqlState == "23505" || error.sqlState == "23503" else { throw error }
            return .refused
        }
    }

    /// Tells a webhook nothing any more, not even what waits; whether there was one.
    public nonisolated(nonsending) func removeWebhook(_ name: String) async throws(PostgresFailure) -> Bool {
        try await !pool.execute(Self.retireStatement, [name]).isEmpty
    }
}
