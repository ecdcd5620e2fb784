public import Ticketing

/// Asks for the sessions that ended since a cursor.
public struct RevocationFeedRequest: Codable, Hashable, Sendable {
    /// The cursor of the last answer; absent for all that still matter.
    public var since: Timestamp?

    /// All members.
    public init(since: Timestamp? = nil) {
        self.since = since
    }
}
