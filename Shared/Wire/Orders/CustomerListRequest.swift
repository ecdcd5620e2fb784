public import Ticketing

/// Asks for a page of what a customer owns.
public struct CustomerListRequest: Codable, Hashable, Sendable {
    /// Whose.
    public var customerId: CustomerID
    /// How many at most, 1 to 100.
    public var limit: Int
    /// `next_cursor` of the page before.
    public var cursor: String?

    /// All members.
    public init(customerId: CustomerID, limit: Int, cursor: String? = nil) {
        self.customerId = customerId
        self.limit = limit
        self.cursor = cursor
    }
}
