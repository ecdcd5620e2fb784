import Postgres
public import Ticketing

/// What a letter about offered seats is made of, as the ledger holds it now.
public struct OfferReading: Hashable, Sendable {
    /// Where to write to; nil when the customer was erased.
    public let email: String?
    /// The customer's name.
    public let name: String
    /// The customer's, when it is known.
    public let language: CustomerLanguage?
    /// The show.
    public let title: String
    /// Where it takes place.
    public let venue: String
    /// When it begins.
    public let startsAt: Timestamp
    /// Which performance.
    public let performanceID: PerformanceID
    /// Until when the seats are the customer's.
    public let expiresAt: Timestamp
    /// Whether they still are.
    public let isOpen: Bool
    /// What they cost together.
    public let total: Money
    /// The seats, as a person reads them.
    public let seatLabels: [String]

    init(_ row: PostgresRow) throws(PostgresFailure) {
        email = try row.decode(at: 0)
        name = try row.decode(String?.self, at: 1) ?? ""
        language = try row.decode(String?.self, at: 2) == nil ? nil : try row.word(at: 2)
        title = try row.decode(at: 3)
        venue = try row.decode(at: 4)
        startsAt = try row.decode(at: 5)
        performanceID = try row.decode(at: 6)
        expiresAt = try row.decode(at: 7)
        isOpen = try row.decode(at: 8)
        total = try row.money(at: 9, in: try row.decode(String.self, at: 10))
        seatLabels = try row.decode(at: 11)
    }
}
