import Postgres
public import Ticketing

/// What a letter to a customer is made of, as the ledger holds it now.
public struct LetterReading: Hashable, Sendable {
    /// A ticket that lets somebody in.
    public struct Ticket: Hashable, Sendable {
        /// The seat, as a person reads it.
        public let seatLabel: String
        /// What it cost, the fee included.
        public let price: Money
        /// What its QR code says.
        public let code: String
    }

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
    /// The order.
    public let orderID: OrderID
    /// Its price.
    public let total: Money
    /// Its tickets that are good, by seat.
    public let tickets: [Ticket]

    init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 8)
        email = try row.decode(at: 0)
        name = try row.decode(String?.self, at: 1) ?? ""
        language = try row.decode(String?.self, at: 2) == nil ? nil : try row.word(at: 2)
        title = try row.decode(at: 3)
        venue = try row.decode(at: 4)
        startsAt = try row.decode(at: 5)
        orderID = try row.decode(at: 6)
        total = try row.money(at: 7, in: currency)
        let labels = try row.decode([String].self, at: 9)
        let prices = try row.decode([Int64].self, at: 10)
        let codes = try row.decode([String].self, at: 11)
        tickets = labels.indices.map {
            Ticket(
                seatLabel: labels[$0], price: Money(amountMinor: prices[$0], currency: currency), code: codes[$0])
        }
    }
}
