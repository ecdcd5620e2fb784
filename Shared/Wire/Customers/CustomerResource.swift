public import Ticketing

/// An account, as its owner sees it.
public struct CustomerResource: Codable, Hashable, Sendable {
    /// The account's id.
    public var customerId: CustomerID
    /// As it was given.
    public var email: String
    /// What to call the customer.
    public var name: String
    /// What the account may do.
    public var role: CustomerRole

    /// All members.
    public init(customerId: CustomerID, email: String, name: String, role: CustomerRole) {
        self.customerId = customerId
        self.email = email
        self.name = name
        self.role = role
    }
}
