public import Ticketing

/// A customer enters a performance's waiting room, or asks for the place that there is.
public struct EntryCommand: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
    /// Who.
    public var customerId: CustomerID

    /// All members.
    public init(performanceId: PerformanceID, customerId: CustomerID) {
        self.performanceId = performanceId
        self.customerId = customerId
    }
}
