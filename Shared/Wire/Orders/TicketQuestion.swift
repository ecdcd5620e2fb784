public import Ticketing

/// Names one ticket of a customer.
public struct TicketQuestion: Codable, Hashable, Sendable {
    /// Which.
    public var ticketId: TicketID
    /// Whose.
    public var customerId: CustomerID

    /// All members.
    public init(ticketId: TicketID, customerId: CustomerID) {
        self.ticketId = ticketId
        self.customerId = customerId
    }
}
