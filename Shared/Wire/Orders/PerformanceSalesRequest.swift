public import Ticketing

/// An organizer asks how a performance sells.
public struct PerformanceSalesRequest: Codable, Hashable, Sendable {
    /// Which.
    public var performanceId: PerformanceID
    /// Who asks.
    public var organizerId: CustomerID
    /// True when the account may do everything.
    public var isAdmin: Bool

    /// All members.
    public init(performanceId: PerformanceID, organizerId: CustomerID, isAdmin: Bool) {
        self.performanceId = performanceId
        self.organizerId = organizerId
        self.isAdmin = isAdmin
    }
}
