import Postgres
public import Ticketing

/// A delivery that was given up.
public struct DeadLetter: Codable, Hashable, Sendable {
    /// Who was to be told.
    public let consumer: String
    /// The message.
    public let position: Int64
    /// What it tells of.
    public let kind: MessageKind
    /// Which order.
    public let orderId: OrderID?
    /// How often it was tried.
    public let attempts: Int32
    /// Since when it is dead.
    public let deadAt: Timestamp
    /// What went wrong the last time.
    public let lastError: String?

    init(_ row: PostgresRow) throws(PostgresFailure) {
        consumer = try row.decode(at: 0)
        position = try row.decode(at: 1)
        kind = try row.word(at: 2)
        orderId = try row.decode(at: 3)
        attempts = try row.decode(at: 4)
        deadAt = try row.decode(at: 5)
        lastError = try row.decode(at: 6)
    }
}
