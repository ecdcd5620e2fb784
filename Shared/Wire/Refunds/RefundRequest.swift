public import Ticketing

/// Asks for a refund: `POST /v1/orders/{order_id}/refunds`.
public struct RefundRequest: Codable, Hashable, Sendable {
    /// Which tickets; all that are left of the order when it is absent.
    public var ticketIds: [TicketID]?
    /// In the asker's own words.
    public var reason: String?

    /// All members.
    public init(ticketIds: [TicketID]? = nil, reason: String? = nil) {
        self.ticketIds = ticketIds
        self.reason = reason
    }
}
