import Postgres
public import Ticketing

/// Somebody who is told of messages.
public struct MessageConsumerRow: Codable, Hashable, Sendable {
    /// Its name in commands.
    public let name: String
    /// How it is told.
    public let means: String
    /// What it is told of.
    public let kinds: [String]
    /// Whose sales, for a webhook.
    public let organizerId: CustomerID?
    /// Where a webhook's messages go.
    public let url: String?
    /// Since when it is told.
    public let createdAt: Timestamp
    /// The organizer's account.
    public let organizerEmail: String?

    init(_ row: PostgresRow) throws(PostgresFailure) {
        name = try row.decode(at: 0)
        means = try row.decode(at: 1)
        kinds = try row.decode(at: 2)
        organizerId = try row.decode(at: 3)
        url = try row.decode(at: 4)
        createdAt = try row.decode(at: 5)
        organizerEmail = try row.decode(at: 6)
    }
}
