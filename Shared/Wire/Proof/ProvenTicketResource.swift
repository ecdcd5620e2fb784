public import Ticketing

/// What a change commits to of a ticket. The code stands in it as its hash: a proof opens no gate.
public struct ProvenTicketResource: Codable, Hashable, Sendable {
    /// The ticket's id.
    public var ticketId: TicketID
    /// The order that paid it.
    public var orderId: OrderID
    /// For which performance.
    public var performanceId: PerformanceID
    /// Which seat.
    public var seatIndex: SeatIndex
    /// As a person reads it.
    public var seatLabel: String
    /// What the seat cost.
    public var price: Money
    /// What was charged on top, in the same currency.
    public var serviceFee: Money
    /// The SHA-256 of the code that the gate reads, 64 hexadecimal digits.
    public var codeHash: String

    /// All members.
    public init(
        ticketId: TicketID, orderId: OrderID, performanceId: PerformanceID, seatIndex: SeatIndex, seatLabel: String,
        price: Money, serviceFee: Money, codeHash: String
    ) {
        self.ticketId = ticketId
        self.orderId = orderId
        self.performanceId = performanceId
        self.seatIndex = seatIndex
        self.seatLabel = seatLabel
        self.price = price
        self.serviceFee = serviceFee
        self.codeHash = codeHash
    }
}
