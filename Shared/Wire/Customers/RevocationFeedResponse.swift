public import Ticketing

/// Sessions that ended; repeats are harmless.
public struct RevocationFeedResponse: Codable, Hashable, Sendable {
    /// Oldest first.
    public var revocations: [SessionRevocation]
    /// To be sent with the next question.
    public var cursor: Timestamp

    /// All members.
    public init(revocations: [SessionRevocation], cursor: Timestamp) {
        self.revocations = revocations
        self.cursor = cursor
    }
}
