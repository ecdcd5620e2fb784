public import Ticketing

/// What lets a customer hold seats while the performance's waiting room is on.
public struct AdmissionToken: Hashable, Sendable {
    /// By which place it was earned.
    public let entryID: EntryID
    /// Of which performance.
    public let performanceID: PerformanceID
    /// Whose.
    public let customerID: CustomerID
    /// When the customer was called.
    public let calledAt: Timestamp
    /// When it is no longer good.
    public let expiresAt: Timestamp

    /// All members.
    public init(
        entryID: EntryID, performanceID: PerformanceID, customerID: CustomerID, calledAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.entryID = entryID
        self.performanceID = performanceID
        self.customerID = customerID
        self.calledAt = calledAt
        self.expiresAt = expiresAt
    }
}
