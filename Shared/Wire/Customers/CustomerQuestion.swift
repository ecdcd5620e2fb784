public import Ticketing

/// Names one customer.
public struct CustomerQuestion: Codable, Hashable, Sendable {
    /// Who.
    public var customerId: CustomerID

    /// All members.
    public init(customerId: CustomerID) {
        self.customerId = customerId
    }
}
