import Ticketing

/// What a session token says, once its HMAC was found good.
struct SessionToken: Equatable, Sendable {
    let sessionID: SessionID
    let customerID: CustomerID
    let role: CustomerRole
    let issuedAt: Timestamp
    let expiresAt: Timestamp
}
