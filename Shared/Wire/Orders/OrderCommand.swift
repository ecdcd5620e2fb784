public import Ticketing

/// A customer's wish for an order, as the gateway passes it on.
public struct OrderCommand: Codable, Hashable, Sendable {
    /// Whose.
    public var customerId: CustomerID
    /// The customer's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// Of one performance.
    public var holdIds: [HoldID]

    /// All members.
    public init(customerId: CustomerID, idempotencyKey: String, fingerprint: String, holdIds: [HoldID]) {
        self.customerId = customerId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.holdIds = holdIds
    }
}
