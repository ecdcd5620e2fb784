public import Ticketing

/// One step of a line: from its instant on, everybody up to its front has been called.
public struct LineStep: Codable, Hashable, Sendable {
    /// Which step, from 1.
    public var sequence: Int64
    /// The last position that is called.
    public var front: Int64
    /// How many of those called so far were there to hear it.
    public var admittedCount: Int64
    /// When, by the ledger's clock.
    public var steppedAt: Timestamp

    /// All members.
    public init(sequence: Int64, front: Int64, admittedCount: Int64, steppedAt: Timestamp) {
        self.sequence = sequence
        self.front = front
        self.admittedCount = admittedCount
        self.steppedAt = steppedAt
    }
}
