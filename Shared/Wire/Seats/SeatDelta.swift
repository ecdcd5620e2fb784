/// What changed after a sequence.
public struct SeatDelta: Codable, Hashable, Sendable {
    /// The ledger's epoch.
    public var epoch: Int64
    /// Applies to a map that stands here or later, before `sequence`.
    public var afterSequence: Int64
    /// Where the map stands afterwards.
    public var sequence: Int64
    /// Indexes ascending.
    public var changes: [SeatChange]

    /// All members.
    public init(epoch: Int64, afterSequence: Int64, sequence: Int64, changes: [SeatChange]) {
        self.epoch = epoch
        self.afterSequence = afterSequence
        self.sequence = sequence
        self.changes = changes
    }
}
