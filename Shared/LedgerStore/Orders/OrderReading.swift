import Postgres
public import Ticketing
public import Wire

/// An order as the ledger holds it: whose it is, and what everybody may be told of it.
public struct OrderReading: Hashable, Sendable {
    /// How many columns of a row it takes.
    static let columnCount = 21

    /// Who made it.
    public let customerID: CustomerID
    /// The order, its payments and its tickets.
    public let resource: OrderResource

    /// An order of a customer.
    public init(customerID: CustomerID, resource: OrderResource) {
        self.customerID = customerID
        self.resource = resource
    }

    /// Reads the columns of `order_reading`, the first of them at `first`.
    init(_ row: PostgresRow, at first: Int) throws(PostgresFailure) {
        let orderID = try row.decode(OrderID.self, at: first)
        let performanceID = try row.decode(PerformanceID.self, at: first + 1)
        let currency = try row.decode(String.self, at: first + 7)
        customerID = try row.decode(at: first + 2)
        resource = OrderResource(
            orderId: orderID,
            performanceId: performanceID,
            holdIds: try row.decode(at: first + 3),
            state: try row.word(at: first + 4),
            total: try row.money(at: first + 5, in: currency),
            refunded: try row.money(at: first + 6, in: currency),
            createdAt: try row.decode(at: first + 8),
            payments: try Self.payments(row, at: first + 9, currency: currency),
            tickets: try Self.tickets(
                row, at: first + 15, currency: currency, orderID: orderID, performanceID: performanceID))
    }

    private static func payments(
        _ row: PostgresRow, at first: Int, currency: String
    ) throws(PostgresFailure) -> [PaymentResource] {
        guard let ids = try row.decode([PaymentID]?.self, at: first) else { return [] }
        let states = try row.decode([String].self, at: first + 1)
        let amounts = try row.decode([Int64].self, at: first + 2)
        let times = try row.decode([Timestamp].self, at: first + 3)
        let declineCodes = try row.decode([String?].self, at: first + 4)
        let nextActions = try row.decode([String?].self, at: first + 5)
        var payments: [PaymentResource] = []
        for index in ids.indices {
            payments.append(
                PaymentResource(
                    paymentId: ids[index],
                    state: try word(states[index]),
                    amount: Money(amountMinor: amounts[index], currency: currency),
                    createdAt: times[index],
                    declineCode: declineCodes[index],
                    nextAction: nextActions[index].map { NextActionResource(type: "redirect", url: $0) }))
        }
        return payments
    }

    private static func tickets(
        _ row: PostgresRow, at first: Int, currency: String, orderID: OrderID, performanceID: PerformanceID
    ) throws(PostgresFailure) -> [TicketResource] {
        guard let ids = try row.decode([TicketID]?.self, at: first) else { return [] }
        let seats = try row.decode([SeatIndex].self, at: first + 1)
        let labels = try row.decode([String].self, at: first + 2)
        let prices = try row.decode([Int64].self, at: first + 3)
        let states = try row.decode([String].self, at: first + 4)
        let codes = try row.decode([String].self, at: first + 5)
        var tickets: [TicketResource] = []
        for index in ids.indices {
            tickets.append(
                TicketResource(
                    ticketId: ids[index],
                    orderId: orderID,
                    performanceId: performanceID,
                    seatIndex: seats[index],
                    seatLabel: labels[index],
                    price: Money(amountMinor: prices[index], currency: currency),
                    state: try word(states[index]),
                    code: codes[index]))
        }
        return tickets
    }

    private static func word<Word: RawRepresentable>(_ text: String) throws(PostgresFailure) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: text) else { throw .unexpectedValue("the word \(text) for \(Word.self)") }
        return word
    }
}
