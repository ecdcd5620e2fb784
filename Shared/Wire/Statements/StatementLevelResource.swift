public import Ticketing

/// What the tickets of one price level brought.
public struct StatementLevelResource: Codable, Hashable, Sendable {
    /// The level's id; absent in a total.
    public var priceLevelId: String?
    /// What it is called; absent in a total.
    public var name: String?
    /// Tickets that were sold.
    public var ticketsSold: Int
    /// Of those, how many were refunded.
    public var ticketsRefunded: Int
    /// Prices of what was sold, tax inside.
    public var prices: Money
    /// The tax in it.
    public var priceTaxes: Money
    /// Fees of what was sold, tax inside.
    public var serviceFees: Money
    /// Prices that were refunded, tax inside.
    public var pricesRefunded: Money
    /// The tax in it.
    public var priceTaxesRefunded: Money
    /// Fees that were refunded, tax inside.
    public var serviceFeesRefunded: Money

    /// All members.
    public init(
        priceLevelId: String?, name: String?, ticketsSold: Int, ticketsRefunded: Int, prices: Money,
        priceTaxes: Money, serviceFees: Money, pricesRefunded: Money, priceTaxesRefunded: Money,
        serviceFeesRefunded: Money
    ) {
        self.priceLevelId = priceLevelId
        self.name = name
        self.ticketsSold = ticketsSold
        self.ticketsRefunded = ticketsRefunded
        self.prices = prices
        self.priceTaxes = priceTaxes
        self.serviceFees = serviceFees
        self.pricesRefunded = pricesRefunded
        self.priceTaxesRefunded = priceTaxesRefunded
        self.serviceFeesRefunded = serviceFeesRefunded
    }
}
