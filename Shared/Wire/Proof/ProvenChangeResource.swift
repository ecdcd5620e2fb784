public import Ticketing

/// The change that sold a ticket's seat, as the chain commits to it.
public struct ProvenChangeResource: Codable, Hashable, Sendable {
    /// Its place in the performance's history, from 1.
    public var sequence: Int64
    /// When it was committed.
    public var committedAt: Timestamp
    /// The chain's hash before it, 64 hexadecimal digits.
    public var previousHash: String
    /// Every seat that it changed, ascending.
    public var changes: [SeatChange]
    /// The root over the tickets that it issued, one for each seat that it sold, in the seats' order.
    public var ticketsHash: String

    /// All members.
    public init(
        sequence: Int64, committedAt: Timestamp, previousHash: String, changes: [SeatChange], ticketsHash: String
    ) {
        self.sequence = sequence
        self.committedAt = committedAt
        self.previousHash = previousHash
        self.changes = changes
        self.ticketsHash = ticketsHash
    }
}
