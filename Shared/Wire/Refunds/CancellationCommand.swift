public import Ticketing

/// A wish to end a performance's sale for good, as the gateway passes it on.
public struct CancellationCommand: Codable, Hashable, Sendable {
    /// Who asks.
    public var askerId: CustomerID
    /// As whom.
    public var asker: RefundAsker
    /// Of which performance.
    public var performanceId: PerformanceID
    /// The asker's key.
    public var idempotencyKey: String
    /// The request's HMAC, as hexadecimal text.
    public var fingerprint: String
    /// In the asker's own words.
    public var reason: String?

    /// All members.
    public init(
        askerId: CustomerID,
        asker: RefundAsker,
        performanceId: PerformanceID,
        idempotencyKey: String,
        fingerprint: String,
        reason: String?
    ) {
        self.askerId = askerId
        self.asker = asker
        self.performanceId = performanceId
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.reason = reason
    }
}
