import Postgres
import Proof
public import Ticketing
public import Wire

/// What a replay of histories reads, page by page.
extension AuditStore {
    private static let historiesStatement = StatementLibrary.statement("audit_histories")
    private static let historyStatement = StatementLibrary.statement("audit_history")
    private static let changesPage = StatementLibrary.statement("audit_changes_page")
    private static let ticketsPage = StatementLibrary.statement("audit_tickets_page")
    private static let seatsStatement = StatementLibrary.statement("audit_seats")
    private static let headsStatement = StatementLibrary.statement("audit_heads")

    /// Every performance.
    public func histories(on snapshot: Snapshot) async throws -> [AuditedHistory] {
        try await snapshot.transaction.execute(Self.historiesStatement).map { try AuditedHistory($0) }
    }

    /// One performance; nil when there is none.
    public func history(of performance: PerformanceID, on snapshot: Snapshot) async throws -> AuditedHistory? {
        try await snapshot.transaction.execute(Self.historyStatement, [performance]).first.map {
            try AuditedHistory($0)
        }
    }

    /// Changes after a sequence, in order.
    public func changes(
        of performance: PerformanceID, after sequence: Int64, limit: Int, on snapshot: Snapshot
    ) async throws -> [StoredChange] {
        try await snapshot.transaction.execute(Self.changesPage, [performance, sequence, Int64(limit)])
            .map { try StoredChange($0) }
    }

    /// Tickets that changes issued, behind one, by change and seat.
    public func tickets(
        of performance: PerformanceID, after place: (sequence: Int64, seat: SeatIndex), limit: Int,
        on snapshot: Snapshot
    ) async throws -> [StoredTicketWords] {
        try await snapshot.transaction.execute(
            Self.ticketsPage, [performance, place.sequence, place.seat, Int64(limit)]
        ).map { try StoredTicketWords($0) }
    }

    /// Every seat of a performance, as its row says.
    public func seats(of performance: PerformanceID, on snapshot: Snapshot) async throws -> [AuditedSeat] {
        try await snapshot.transaction.execute(Self.seatsStatement, [performance]).map { row in
            let word = try row.decode(Int16.self, at: 1)
            guard let state = UInt8(exactly: word).flatMap({ SeatState(rawValue: $0) }) else {
                throw PostgresFailure.unexpectedValue("the state \(word) of a seat")
            }
            return AuditedSeat(
                seatIndex: try row.decode(at: 0), state: state, changedSequence: try row.decode(at: 2))
        }
    }

    /// Every head that was published of a performance.
    public func heads(of performance: PerformanceID, on snapshot: Snapshot) async throws -> [ProofHeadResource] {
        try await snapshot.transaction.execute(Self.headsStatement, [performance])
            .map { try ProofHeadResource($0, of: performance) }
    }
}

extension AuditedHistory {
    /// Columns: performance_id, seat_count, sequence, chain_hash, pruned_sequence, pruned_hash.
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            performanceID: try row.decode(at: 0), seatCount: Int(try row.decode(Int32.self, at: 1)),
            sequence: try row.decode(at: 2), hash: try row.hash(at: 3),
            prunedSequence: try row.decode(Int64?.self, at: 4) ?? 0,
            beginning: try row.decode([UInt8]?.self, at: 5).flatMap { ProofHash(bytes: $0) })
    }
}
