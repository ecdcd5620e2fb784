import Postgres
public import Ticketing
public import Wire

/// Where a performance stood when a batch committed: each batch says it, also one that changed nothing.
public struct DoorReading: Hashable, Sendable {
    /// Which performance.
    public let performanceID: PerformanceID
    /// The ledger's epoch.
    public let epoch: Int64
    /// The sequence before the batch.
    public let afterSequence: Int64
    /// The sequence after it; the same when no seat changed.
    public let sequence: Int64
    /// The database's time that the batch judged deadlines by.
    public let databaseTime: Timestamp
    /// The seats that changed, ascending.
    public let changes: [SeatChange]

    public init(
        performanceID: PerformanceID, epoch: Int64, afterSequence: Int64, sequence: Int64, databaseTime: Timestamp,
        changes: [SeatChange]
    ) {
        self.performanceID = performanceID
        self.epoch = epoch
        self.afterSequence = afterSequence
        self.sequence = sequence
        self.databaseTime = databaseTime
        self.changes = changes
    }

    /// What is published; nil when no seat changed.
    public var delta: SeatDelta? {
        sequence == afterSequence
            ? nil : SeatDelta(epoch: epoch, afterSequence: afterSequence, sequence: sequence, changes: changes)
    }

    /// Reads a batch's first row.
    init(_ row: PostgresRow, of performance: PerformanceID) throws(PostgresFailure) {
        self.init(
            performanceID: performance,
            epoch: try row.decode(at: DoorColumn.epoch),
            afterSequence: try row.decode(at: DoorColumn.afterSequence),
            sequence: try row.decode(at: DoorColumn.sequence),
            databaseTime: try row.decode(at: DoorColumn.databaseTime),
            changes: try row.seatChanges(at: DoorColumn.changes))
    }
}
