public import Ticketing

/// A customer and the token of a session, as `create-customers` writes them: one object a line.
public struct CustomerSessionResource: Codable, Hashable, Sendable {
    /// Who.
    public var customerId: CustomerID
    /// Sent as `Authorization: Bearer …`.
    public var sessionToken: String

    /// All members.
    public init(customerId: CustomerID, sessionToken: String) {
        self.customerId = customerId
        self.sessionToken = sessionToken
    }
}
