public import Ticketing

/// Names one order of a customer.
public struct OrderQuestion: Codable, Hashable, Sendable {
    /// Which.
    public var orderId: OrderID
    /// Whose.
    public var customerId: CustomerID

    /// All members.
    public init(orderId: OrderID, customerId: CustomerID) {
        self.orderId = orderId
        self.customerId = customerId
    }
}
