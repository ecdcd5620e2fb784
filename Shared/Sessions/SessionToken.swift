public import Ticketing

/// What a session token says, once its HMAC was found good.
public struct SessionToken: Equatable, Sendable {
    /// Which session: what a sign-out ends.
    public let sessionID: SessionID
    /// Whose.
    public let customerID: CustomerID
    /// What the customer may do.
    public let role: CustomerRole
    /// When the customer signed in.
    public let issuedAt: Timestamp
    /// From here on it is good for nothing.
    public let expiresAt: Timestamp

    /// All members.
    public init(
        sessionID: SessionID, customerID: CustomerID, role: CustomerRole, issuedAt: Timestamp, expiresAt: Timestamp
    ) {
        self.sessionID = sessionID
        self.customerID = customerID
        self.role = role
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }
}
