public import Ticketing

/// Asks whether a session still stands.
public struct SessionQuestion: Codable, Hashable, Sendable {
    /// The session.
    public var sessionId: SessionID

    /// All members.
    public init(sessionId: SessionID) {
        self.sessionId = sessionId
    }
}
