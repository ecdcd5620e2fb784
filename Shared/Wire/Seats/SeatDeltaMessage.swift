public import Ticketing

/// A delta as it is published on a performance's channel, between services: members of ``SeatDelta``, and one more.
public struct SeatDeltaMessage: Codable, Hashable, Sendable {
    /// The ledger's epoch.
    public var epoch: Int64
    /// Applies to a map that stands here or later, before `sequence`.
    public var afterSequence: Int64
    /// Where the map stands afterwards.
    public var sequence: Int64
    /// Indexes ascending.
    public var changes: [SeatChange]
    /// The database's time of the batch; tells how late viewers see it.
    public var committedAt: Timestamp?

    /// A delta and the time of its batch.
    public init(_ delta: SeatDelta, committedAt: Timestamp?) {
        epoch = delta.epoch
        afterSequence = delta.afterSequence
        sequence = delta.sequence
        changes = delta.changes
        self.committedAt = committedAt
    }

    /// What viewers are told.
    public var delta: SeatDelta {
        SeatDelta(epoch: epoch, afterSequence: afterSequence, sequence: sequence, changes: changes)
    }
}
