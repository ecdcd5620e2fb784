public import Postgres
public import Proof
public import Ticketing
public import Wire

/// Reads what proves tickets, and keeps what was published.
public struct ProofStore: Sendable {
    private static let positionStatement = StatementLibrary.statement("proof_position")
    private static let chainStatement = StatementLibrary.statement("proof_chain")
    private static let latest = StatementLibrary.statement("proof_head_latest")
    private static let publishStatement = StatementLibrary.statement("proof_head_publish")
    private static let toPublish = StatementLibrary.statement("proof_performances_to_publish")
    private static let ticketStatement = StatementLibrary.statement("proof_ticket")
    private static let ticketsOfChange = StatementLibrary.statement("proof_tickets_of_change")
    private static let changeStatement = StatementLibrary.statement("proof_change")

    private let pool: PostgresPool

    /// The ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// How far a performance's history goes, and in which epoch; nil where there is none to be published.
    public nonisolated(nonsending) func position(
        of performance: PerformanceID
    ) async throws(PostgresFailure) -> SeatsPosition? {
        guard let row = try await pool.execute(Self.positionStatement, [performance]).first else { return nil }
        return SeatsPosition(epoch: try row.decode(at: 1), sequence: try row.decode(at: 0))
    }

    /// The chain's hashes from a sequence on, in order, up to `limit`.
    public nonisolated(nonsending) func chain(
        of performance: PerformanceID, from sequence: Int64, limit: Int
    ) async throws(PostgresFailure) -> [(sequence: Int64, hash: ProofHash)] {
        var chain: [(sequence: Int64, hash: ProofHash)] = []
        for row in try await pool.execute(Self.chainStatement, [performance, sequence, Int64(limit)]) {
            chain.append((try row.decode(at: 0), try row.hash(at: 1)))
        }
        return chain
    }

    /// The head that was published last.
    public nonisolated(nonsending) func latestHead(
        of performance: PerformanceID
    ) async throws(PostgresFailure) -> ProofHeadResource? {
        guard let row = try await pool.execute(Self.latest, [performance]).first else { return nil }
        return try ProofHeadResource(row, of: performance)
    }

    /// Keeps a head; one of the same sequence that is there stays.
    public nonisolated(nonsending) func publish(_ head: ProofHeadResource) async throws(PostgresFailure) {
        guard let chain = ProofHash(head.chainHash), let tree = ProofHash(head.treeHash),
            let first = ProofHash(String(head.signature.prefix(64))),
            let second = ProofHash(String(head.signature.dropFirst(64)))
        else { throw .unexpectedValue("a head without its hashes") }
        try await pool.execute(
            Self.publishStatement,
            [
                head.performanceId, head.sequence, head.epoch, chain.bytes, tree.bytes, head.publishedAt, head.keyId,
                first.bytes + second.bytes,
            ])
    }

    /// Performances whose history went on since their last head.
    public nonisolated(nonsending) func performancesToPublish(
        limit: Int
    ) async throws(PostgresFailure) -> [PerformanceID] {
        var performances: [PerformanceID] = []
        for row in try await pool.execute(Self.toPublish, [Int64(limit)]) {
            performances.append(try row.decode(at: 0))
        }
        return performances
    }

    /// The words of a customer's ticket; nil when there is none, which is believed only of the primary.
    public nonisolated(nonsending) func ticket(
        _ id: TicketID, of customer: CustomerID
    ) async throws(PostgresFailure) -> StoredTicketWords? {
        if let row = try await pool.execute(Self.ticketStatement, [id, customer]).first {
            return try StoredTicketWords(row)
        }
        guard let row = try await pool.executeConfirmed(Self.ticketStatement, [id, customer]).first else { return nil }
        return try StoredTicketWords(row)
    }

    /// The tickets that a change issued, by seat.
    public nonisolated(nonsending) func tickets(
        of performance: PerformanceID, soldAt sequence: Int64
    ) async throws(PostgresFailure) -> [StoredTicketWords] {
        var tickets: [StoredTicketWords] = []
        for row in try await pool.execute(Self.ticketsOfChange, [performance, sequence]) {
            tickets.append(try StoredTicketWords(row))
        }
        return tickets
    }

    /// A change, and the chain's hash before it.
    public nonisolated(nonsending) func change(
        of performance: PerformanceID, at sequence: Int64
    ) async throws(PostgresFailure) -> (change: StoredChange, previous: ProofHash)? {
        guard let row = try await pool.execute(Self.changeStatement, [performance, sequence]).first else { return nil }
        let previous = try row.decode([UInt8]?.self, at: 5).flatMap { ProofHash(bytes: $0) }
        return (try StoredChange(row), previous ?? ChainLink.beginning(of: performance))
    }
}

extension ProofHeadResource {
    /// Columns: sequence, epoch, chain_hash, tree_hash, published_at, key_id, signature.
    init(_ row: PostgresRow, of performance: PerformanceID) throws(PostgresFailure) {
        let signature = try row.decode([UInt8].self, at: 6)
        guard let first = ProofHash(bytes: Array(signature.prefix(32))),
            let second = ProofHash(bytes: Array(signature.dropFirst(32)))
        else { throw .unexpectedValue("a signature that has not 64 bytes") }
        self.init(
            performanceId: performance, epoch: try row.decode(at: 1), sequence: try row.decode(at: 0),
            chainHash: try row.hash(at: 2).description, treeHash: try row.hash(at: 3).description,
            publishedAt: try row.decode(at: 4), keyId: try row.decode(at: 5),
            signature: first.description + second.description)
    }
}
