public import Ticketing

/// Which server an audit asked, and where it stood.
public struct AuditServer: Hashable, Sendable {
    /// When the snapshot was taken, by the database's clock.
    public let takenAt: Timestamp
    /// Whether it follows a primary.
    public let isStandby: Bool
    /// Where its log stood, in PostgreSQL's words (an LSN).
    public let logPosition: String
    /// How far a standby is behind; nil on a primary, and where a standby never replayed anything.
    public let lagMilliseconds: Int64?
    /// The epoch of the sequences.
    public let epoch: Int64
}
