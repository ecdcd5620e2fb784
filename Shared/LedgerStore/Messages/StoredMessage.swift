import Postgres
public import Ticketing

/// Something that others are told: one row, written with what it tells of.
public struct StoredMessage: Hashable, Sendable {
    /// How many columns of a row it takes.
    static let columnCount = 10

    /// Its place among all messages; an order's come in the order of what happened.
    public let position: Int64
    /// Its name for others.
    public let id: MessageID
    /// What it tells of.
    public let kind: MessageKind
    /// Whose sale.
    public let performanceID: PerformanceID
    /// Which order; nil for a whole performance.
    public let orderID: OrderID?
    /// The payment's or the refund's id, as text.
    public let subjectID: String?
    /// What was paid or went back.
    public let amount: Money
    /// Seats that it is about.
    public let seatCount: Int
    /// When it happened.
    public let createdAt: Timestamp

    init(_ row: PostgresRow, at first: Int) throws(PostgresFailure) {
        position = try row.decode(at: first)
        id = try row.decode(at: first + 1)
        kind = try row.word(at: first + 2)
        performanceID = try row.decode(at: first + 3)
        orderID = try row.decode(at: first + 4)
        subjectID = try row.decode(PaymentID?.self, at: first + 5)?.description
        amount = try row.money(at: first + 6, in: try row.decode(String.self, at: first + 7))
        seatCount = Int(try row.decode(Int32.self, at: first + 8))
        createdAt = try row.decode(at: first + 9)
    }
}
