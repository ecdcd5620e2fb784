public import Ticketing

/// Names a customer's place on a performance's waiting list.
public struct WaitingListQuestion: Codable, Hashable, Sendable {
    /// Which performance.
    public var performanceId: PerformanceID
    /// Whose place.
    public var customerId: CustomerID

    /// All members.
    public init(performanceId: PerformanceID, customerId: CustomerID) {
        self.performanceId = performanceId
        self.customerId = customerId
    }
}
