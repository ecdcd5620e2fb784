public import Ticketing

/// Asks for events: `GET /v1/events`.
public struct EventListRequest: Codable, Hashable, Sendable {
    /// Words of the title, the description or the venue.
    public var q: String?
    /// Only events with a performance that begins at or after it.
    public var from: Timestamp?
    /// Only events with a performance that begins before it.
    public var to: Timestamp?
    /// How many at most, 1 to 100.
    public var limit: Int
    /// `next_cursor` of the page before.
    public var cursor: String?

    /// All members.
    public init(q: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil, limit: Int, cursor: String? = nil) {
        self.q = q
        self.from = from
        self.to = to
        self.limit = limit
        self.cursor = cursor
    }
}
