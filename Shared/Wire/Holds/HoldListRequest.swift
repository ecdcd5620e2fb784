public import Ticketing

/// Asks for a customer's holds of a performance that still matter.
public struct HoldListRequest: Codable, Hashable, Sendable {
    /// Whose.
    public var customerId: CustomerID
    /// Of which performance.
    public var performanceId: PerformanceID

    /// All members.
    public init(customerId: CustomerID, performanceId: PerformanceID) {
        self.customerId = customerId
        self.performanceId = performanceId
    }
}
