import Postgres
import Ticketing

/// One consumer's work on one message, claimed for the length of a lease.
public struct ClaimedDelivery: Sendable {
    /// Who is told.
    public let consumer: String
    /// The how many-th attempt this is.
    public let attempt: Int
    /// Where a webhook's messages go.
    public let url: String?
    /// What is told.
    public let message: StoredMessage

    init(_ row: PostgresRow) throws(PostgresFailure) {
        consumer = try row.decode(at: 0)
        attempt = Int(try row.decode(Int32.self, at: 1))
        url = try row.decode(at: 3)
        message = try StoredMessage(row, at: 4)
    }
}
