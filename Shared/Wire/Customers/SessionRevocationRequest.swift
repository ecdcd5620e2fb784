public import Ticketing

/// Ends a session.
public struct SessionRevocationRequest: Codable, Hashable, Sendable {
    /// The session.
    public var sessionId: SessionID
    /// Its owner.
    public var customerId: CustomerID
    /// When it would have ended by itself.
    public var expiresAt: Timestamp

    /// All members.
    public init(sessionId: SessionID, customerId: CustomerID, expiresAt: Timestamp) {
        self.sessionId = sessionId
        self.customerId = customerId
        self.expiresAt = expiresAt
    }
}
