public import Postgres
public import Ticketing
public import Wire

/// Reads the state of seats.
///
/// States are what the rows say at a sequence, and a deadline is nobody's to interpret: a held seat whose deadline has
/// passed reads as held until a batch frees or re-sells it, under a sequence of its own. So a snapshot at S and the
/// deltas after S always add up to the rows, whoever reads them and whenever. (A hold batch treats such a seat as free:
/// it may be asked for while it reads as held.)
public struct SeatStateStore: Sendable {
    /// Longest gap, in batches, that is read from the history; longer ones are read from the seats.
    public var historyBatchesMax: Int64 = 256

    private let pool: PostgresPool

    private static let states = StatementLibrary.statement("seat_states")
    private static let changesAfter = StatementLibrary.statement("seat_changes_after")
    private static let positionNow = StatementLibrary.statement("seats_position")
    private static let epochNow = StatementLibrary.statement("ledger_epoch")
    private static let epochBegin = StatementLibrary.statement("ledger_epoch_begin")

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The whole map with its position; nil when there is no such performance.
    public nonisolated(nonsending) func map(
        of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> SeatMapReading? {
        guard let row = try await pool.execute(Self.states, [performance], deadline: deadline).first else { return nil }
        let digits = try row.decode(String.self, at: 4)
        let states = PackedSeatStates(digits: digits)
        guard states.count == (try row.decode(Int.self, at: 3)) else {
            throw .unexpectedValue("\(states.count) seats in a performance of \(try row.decode(Int.self, at: 3))")
        }
        return SeatMapReading(position: try Self.position(row), databaseTime: try row.decode(at: 2), states: states)
    }

    /// What changed after a sequence, each seat once with its state now; nil when there is no such performance.
    ///
    /// The epoch is the ledger's own now: a caller that stands in another epoch needs the whole map instead.
    public nonisolated(nonsending) func changes(
        of performance: PerformanceID, after sequence: Int64, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> DoorReading? {
        let values: [any PostgresEncodable] = [performance, sequence, historyBatchesMax]
        guard let row = try await pool.execute(Self.changesAfter, values, deadline: deadline).first else { return nil }
        let position = try Self.position(row)
        return DoorReading(
            performanceID: performance, epoch: position.epoch, afterSequence: min(sequence, position.sequence),
            sequence: position.sequence, databaseTime: try row.decode(at: 2), changes: try row.seatChanges(at: 3))
    }

    /// Where the performance stands; nil when there is none.
    public nonisolated(nonsending) func position(
        of performance: PerformanceID, deadline: ContinuousClock.Instant? = nil
    ) async throws(PostgresFailure) -> SeatsPosition? {
        guard let row = try await pool.execute(Self.positionNow, [performance], deadline: deadline).first else {
            return nil
        }
        return try Self.position(row)
    }

    /// The ledger's epoch.
    public nonisolated(nonsending) func epoch() async throws(PostgresFailure) -> Int64 {
        guard let row = try await pool.execute(Self.epochNow).first else { throw .unexpectedValue("no ledger row") }
        return try row.decode(at: 0)
    }

    /// Begins another epoch, as the owner of the tables: whoever stands at a sequence of an earlier one is sent whole maps.
    public nonisolated(nonsending) func beginEpoch() async throws(PostgresFailure) -> Int64 {
        guard let row = try await pool.execute(Self.epochBegin).first else { throw .unexpectedValue("no ledger row") }
        return try row.decode(at: 0)
    }

    private static func position(_ row: PostgresRow) throws(PostgresFailure) -> SeatsPosition {
        SeatsPosition(epoch: try row.decode(at: 0), sequence: try row.decode(at: 1))
    }
}
