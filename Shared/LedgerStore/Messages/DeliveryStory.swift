import Postgres
public import Ticketing

/// How one consumer's delivery of a message stands, and how each attempt went.
public struct DeliveryStory: Codable, Hashable, Sendable {
    /// One attempt that came to an end.
    public struct Attempt: Codable, Hashable, Sendable {
        /// Its number; one that is left out was lost with its process.
        public let attempt: Int32
        /// When it ended.
        public let endedAt: Timestamp
        /// Whether the message arrived.
        public let succeeded: Bool
        /// How long it took.
        public let milliseconds: Int32
        /// What the peer said, or what went wrong.
        public let detail: String
    }

    /// Who is told.
    public let consumer: String
    /// Attempts since it was opened.
    public let attempts: Int32
    /// When it arrived.
    public let finishedAt: Timestamp?
    /// When it was given up.
    public let deadAt: Timestamp?
    /// When it is tried next, or when the lease of whoever works on it ends.
    public let nextAttemptAt: Timestamp
    /// What went wrong the last time.
    public let lastError: String?
    /// The first message of the same order that has to arrive before it.
    public let behind: Int64?
    /// The attempts, the oldest first.
    public internal(set) var story: [Attempt] = []

    init(_ row: PostgresRow) throws(PostgresFailure) {
        consumer = try row.decode(at: 0)
        attempts = try row.decode(at: 1)
        finishedAt = try row.decode(at: 2)
        deadAt = try row.decode(at: 3)
        nextAttemptAt = try row.decode(at: 4)
        lastError = try row.decode(at: 5)
        behind = try row.decode(at: 6)
    }
}

extension DeliveryStory.Attempt {
    init(_ row: PostgresRow) throws(PostgresFailure) {
        attempt = try row.decode(at: 1)
        endedAt = try row.decode(at: 2)
        succeeded = try row.decode(at: 3)
        milliseconds = try row.decode(at: 4)
        detail = try row.decode(at: 5)
    }
}
