public import Ticketing
public import Wire

/// One change of a performance's seats, as the chain of hashes commits to it.
public struct ChainLink: Hashable, Sendable {
    /// Its place: the first change is 1.
    public var sequence: Int64
    /// When it was committed, by the database's clock.
    public var committedAt: Timestamp
    /// Every seat that it changed, ascending.
    public var changes: [SeatChange]
    /// The root over the tickets that it issued; nil when it issued none, or before tickets were bound to changes.
    public var ticketsHash: ProofHash?

    /// All members.
    public init(sequence: Int64, committedAt: Timestamp, changes: [SeatChange], ticketsHash: ProofHash?) {
        self.sequence = sequence
        self.committedAt = committedAt
        self.changes = changes
        self.ticketsHash = ticketsHash
    }

    /// What a performance's chain begins with: the hash of its id's sixteen bytes.
    public static func beginning(of performance: PerformanceID) -> ProofHash {
        var bytes: [UInt8] = []
        for word in [performance.high, performance.low] {
            for shift in (UInt64(0)..<8).reversed() {
                bytes.append(UInt8(truncatingIfNeeded: word >> (shift * 8)))
            }
        }
        return ProofHash(of: bytes)
    }

    /// The chain's hash behind this change: sha256(the hash before it, then `<sequence> <committed_at in Unix
    /// microseconds> <change>,<change>…` and, where it issued tickets, ` <tickets_hash>`); a change is
    /// seat_index * 4 + state.
    public func hash(after previous: ProofHash) -> ProofHash {
        var bytes = previous.bytes
        bytes.reserveCapacity(96 + changes.count * 6)
        bytes += "\(sequence) \(committedAt.unixMicroseconds) ".utf8
        for (place, change) in changes.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += "\(Int64(change.seatIndex) * 4 + Int64(change.state.rawValue))".utf8
        }
        if let ticketsHash { bytes += " \(ticketsHash)".utf8 }
        return ProofHash(of: bytes)
    }
}
