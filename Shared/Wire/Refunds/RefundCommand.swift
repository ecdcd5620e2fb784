public import Ticketing

/// A wish for a refund, as the gateway passes it on.
public struct RefundCommand: Codable, Hashable, Sendable {
    /// Who asks.
    public var askerId: CustomerID
    /// As whom.
    public var asker: RefundAsker
    /// Of which order.
    public var orderId: OrderID
    /// The asker's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// Which tickets; all that are left of the order when it is absent.
    public var ticketIds: [TicketID]?
    /// In the asker's own words.
    public var reason: String?

    /// All members.
    public init(
        askerId: CustomerID,
        asker: RefundAsker,
        orderId: OrderID,
        idempotencyKey: String,
        fingerprint: String,
        ticketIds: [TicketID]?,
        reason: String?
    ) {
        self.askerId = askerId
        self.asker = asker
        self.orderId = orderId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.ticketIds = ticketIds
        self.reason = reason
    }
}
