public import Ticketing

/// The right to enter.
public struct TicketResource: Codable, Hashable, Sendable {
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
    /// What it cost, with the fee.
    public var price: Money
    /// Whether it opens the gate.
    public var state: TicketState
    /// What the gate reads; unguessable.
    public var code: String

    /// All members.
    public init(
        ticketId: TicketID,
        orderId: OrderID,
        performanceId: PerformanceID,
        seatIndex: SeatIndex,
        seatLabel: String,
        price: Money,
        state: TicketState,
        code: String
    ) {
        self.ticketId = ticketId
        self.orderId = orderId
        self.performanceId = performanceId
        self.seatIndex = seatIndex
        self.seatLabel = seatLabel
        self.price = price
        self.state = state
        self.code = code
    }
}
