public import Ticketing

/// One session that ended before its time.
public struct SessionRevocation: Codable, Hashable, Sendable {
    /// The session.
    public var sessionId: SessionID
    /// When.
    public var revokedAt: Timestamp

    /// All members.
    public init(sessionId: SessionID, revokedAt: Timestamp) {
        self.sessionId = sessionId
        self.revokedAt = revokedAt
    }
}
