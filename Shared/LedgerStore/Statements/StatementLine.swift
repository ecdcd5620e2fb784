import Postgres
public import Ticketing

/// One ticket of a statement, as it was at an instant.
public struct StatementLine: Hashable, Sendable {
    /// Of which order.
    public let orderID: OrderID
    /// Which ticket.
    public let ticketID: TicketID
    /// When it was sold.
    public let soldAt: Timestamp
    /// As a person reads it.
    public let seatLabel: String
    /// What the level is called.
    public let priceLevelName: String
    /// Tax inside.
    public let price: Money
    /// The tax in it.
    public let priceTax: Money
    /// Tax inside.
    public let serviceFee: Money
    /// The tax in it.
    public let serviceFeeTax: Money
    /// When its refund was decided on, if it was.
    public let refundedAt: Timestamp?
    /// What of the price was refunded.
    public let priceRefunded: Money?
    /// What of the fee was refunded.
    public let serviceFeeRefunded: Money?

    /// All members.
    public init(
        orderID: OrderID, ticketID: TicketID, soldAt: Timestamp, seatLabel: String, priceLevelName: String,
        price: Money, priceTax: Money, serviceFee: Money, serviceFeeTax: Money, refundedAt: Timestamp?,
        priceRefunded: Money?, serviceFeeRefunded: Money?
    ) {
        self.orderID = orderID
        self.ticketID = ticketID
        self.soldAt = soldAt
        self.seatLabel = seatLabel
        self.priceLevelName = priceLevelName
        self.price = price
        self.priceTax = priceTax
        self.serviceFee = serviceFee
        self.serviceFeeTax = serviceFeeTax
        self.refundedAt = refundedAt
        self.priceRefunded = priceRefunded
        self.serviceFeeRefunded = serviceFeeRefunded
    }

    init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 5)
        self.init(
            orderID: try row.decode(at: 0), ticketID: try row.decode(at: 1), soldAt: try row.decode(at: 2),
            seatLabel: try row.decode(at: 3), priceLevelName: try row.decode(at: 4),
            price: try row.money(at: 6, in: currency), priceTax: try row.money(at: 7, in: currency),
            serviceFee: try row.money(at: 8, in: currency), serviceFeeTax: try row.money(at: 9, in: currency),
            refundedAt: try row.decode(at: 10),
            priceRefunded: try row.decode(Int64?.self, at: 11).map { Money(amountMinor: $0, currency: currency) },
            serviceFeeRefunded: try row.decode(Int64?.self, at: 12).map { Money(amountMinor: $0, currency: currency) })
    }
}
