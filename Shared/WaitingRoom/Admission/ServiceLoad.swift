/// How those who are admitted would fare at this moment.
public struct ServiceLoad: Hashable, Sendable {
    /// How long a commit took; nil when it did not go through.
    public var commit: Duration?
    /// Since when the first of those who wait for a batch does.
    public var batchWait: Duration
    /// Whether writes are refused altogether.
    public var areWritesSuspended: Bool
    /// Holds and payments that gateways refused for want of room since the last look.
    public var refused: Int
    /// Customers who came for seats in a second, lately: so many can be taken, whatever else is slow.
    public var takenPerSecond: Double
    /// Customers a second that may be called for that many to come for seats, or, where that is not known, who were called
    /// over the last half minute; nil where neither is.
    public var usualPerSecond: Double?

    /// All members.
    public init(
        commit: Duration?, batchWait: Duration = .zero, areWritesSuspended: Bool = false, refused: Int = 0,
        takenPerSecond: Double = 0, usualPerSecond: Double? = nil
    ) {
        self.commit = commit
        self.batchWait = batchWait
        self.areWritesSuspended = areWritesSuspended
        self.refused = refused
        self.takenPerSecond = takenPerSecond
        self.usualPerSecond = usualPerSecond
    }
}
