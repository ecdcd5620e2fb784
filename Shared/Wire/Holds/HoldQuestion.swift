public import Ticketing

/// Names one hold of a customer.
public struct HoldQuestion: Codable, Hashable, Sendable {
    /// Which.
    public var holdId: HoldID
    /// Whose.
    public var customerId: CustomerID

    /// All members.
    public init(holdId: HoldID, customerId: CustomerID) {
        self.holdId = holdId
        self.customerId = customerId
    }
}
