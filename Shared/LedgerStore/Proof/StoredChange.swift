import Postgres
public import Proof

/// A change of a performance's seats as the ledger keeps it: what it says, and the chain's hash behind it.
public struct StoredChange: Hashable, Sendable {
    /// What the chain commits to.
    public let link: ChainLink
    /// The chain's hash behind it, as it is stored.
    public let hash: ProofHash

    /// All members.
    public init(link: ChainLink, hash: ProofHash) {
        self.link = link
        self.hash = hash
    }

    /// Columns: sequence, committed_at, changes, tickets_hash, chain_hash.
    init(_ row: PostgresRow) throws(PostgresFailure) {
        link = ChainLink(
            sequence: try row.decode(at: 0), committedAt: try row.decode(at: 1), changes: try row.seatChanges(at: 2),
            ticketsHash: try row.decode([UInt8]?.self, at: 3).flatMap { ProofHash(bytes: $0) })
        hash = try row.hash(at: 4)
    }
}

extension PostgresRow {
    /// Reads a hash of 32 bytes.
    func hash(at column: Int) throws(PostgresFailure) -> ProofHash {
        guard let hash = ProofHash(bytes: try decode([UInt8].self, at: column)) else {
            throw .unexpectedValue("a hash that has not 32 bytes")
        }
        return hash
    }
}
