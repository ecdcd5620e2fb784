public import Ticketing

/// The first line of a published ranking. One line follows for each entry, the first in line first:
/// `[number,"entry_id"]`.
public struct RankingHeading: Codable, Hashable, Sendable {
    /// This form of the document.
    public static let format = "box-office-ranking-1"

    /// ``format``.
    public var format: String
    /// Whose.
    public var performanceId: PerformanceID
    /// How many entries follow.
    public var listedCount: Int64
    /// When the list's hash was published.
    public var listedAt: Timestamp
    /// SHA-256 of the list: each entry's id and a line feed, in the order of their numbers.
    public var listHash: String
    /// SHA-256 of the seed.
    public var seedHash: String
    /// When the seed was published.
    public var seedPublishedAt: Timestamp
    /// The key of the HMAC-SHA256 of each entry's id by which they stand in order.
    public var seed: String

    /// All members.
    public init(
        format: String = Self.format, performanceId: PerformanceID, listedCount: Int64, listedAt: Timestamp,
        listHash: String, seedHash: String, seedPublishedAt: Timestamp, seed: String
    ) {
        self.format = format
        self.performanceId = performanceId
        self.listedCount = listedCount
        self.listedAt = listedAt
        self.listHash = listHash
        self.seedHash = seedHash
        self.seedPublishedAt = seedPublishedAt
        self.seed = seed
    }

    /// The heading of a room's ranking; nil while its seed is not published.
    public init?(_ room: PublishedWaitingRoomResource) {
        guard let listedCount = room.listedCount, let listedAt = room.listedAt, let listHash = room.listHash,
            let seed = room.seed, let publishedAt = room.seedPublishedAt
        else { return nil }
        self.init(
            performanceId: room.performanceId, listedCount: listedCount, listedAt: listedAt, listHash: listHash,
            seedHash: room.seedHash, seedPublishedAt: publishedAt, seed: seed)
    }
}
