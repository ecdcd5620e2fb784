public import Ticketing

/// What is published of a waiting room: `GET /v1/performances/{performance_id}/waiting-room`.
///
/// The seed's hash stands there from the beginning, the list's from some moments after the opening on, and the seed after
/// that: so nobody could choose the one by the other.
public struct PublishedWaitingRoomResource: Codable, Hashable, Sendable {
    /// Whose.
    public var performanceId: PerformanceID
    /// Where it is in its life.
    public var state: WaitingRoomState
    /// When the list is closed and ranked.
    public var opensAt: Timestamp
    /// SHA-256 of the seed's 32 bytes, 64 hexadecimal digits.
    public var seedHash: String
    /// SHA-256 of the list: each entry's id and a line feed, in the order of their numbers.
    public var listHash: String?
    /// How many entries the list has.
    public var listedCount: Int64?
    /// When the list's hash was published, after it was known.
    public var listedAt: Timestamp?
    /// The seed, 64 hexadecimal digits.
    public var seed: String?
    /// When it was published.
    public var seedPublishedAt: Timestamp?
    /// Where the ranking is, once there is one; what is there never changes.
    public var rankingUrl: String?

    /// All members.
    public init(
        performanceId: PerformanceID, state: WaitingRoomState, opensAt: Timestamp, seedHash: String,
        listHash: String? = nil, listedCount: Int64? = nil, listedAt: Timestamp? = nil, seed: String? = nil,
        seedPublishedAt: Timestamp? = nil, rankingUrl: String? = nil
    ) {
        self.performanceId = performanceId
        self.state = state
        self.opensAt = opensAt
        self.seedHash = seedHash
        self.listHash = listHash
        self.listedCount = listedCount
        self.listedAt = listedAt
        self.seed = seed
        self.seedPublishedAt = seedPublishedAt
        self.rankingUrl = rankingUrl
    }
}
