public import Ticketing

/// One ticket on a receipt.
public struct ReceiptLineResource: Codable, Hashable, Sendable {
    /// Which.
    public var ticketId: TicketID
    /// As a person reads it.
    public var seatLabel: String
    /// What the level is called.
    public var priceLevelName: String
    /// Without the fee.
    public var price: Money
    /// The fee on top.
    public var serviceFee: Money
    /// The tax inside of both.
    public var tax: Money
    /// Whether it is still good.
    public var state: TicketState

    /// All members.
    public init(
        ticketId: TicketID, seatLabel: String, priceLevelName: String, price: Money, serviceFee: Money, tax: Money,
        state: TicketState
    ) {
        self.ticketId = ticketId
        self.seatLabel = seatLabel
        self.priceLevelName = priceLevelName
        self.price = price
        self.serviceFee = serviceFee
        self.tax = tax
        self.state = state
    }
}
