public import Ticketing

/// Asks for a page of a statement's lines.
public struct StatementPageRequest: Codable, Hashable, Sendable {
    /// Which performance, and who asks.
    public var sales: PerformanceSalesRequest
    /// By when: the first page's `as_of` on all later ones.
    public var asOf: Timestamp?
    /// `next_cursor` of the page before.
    public var cursor: OrderID?

    /// All members.
    public init(sales: PerformanceSalesRequest, asOf: Timestamp? = nil, cursor: OrderID? = nil) {
        self.sales = sales
        self.asOf = asOf
        self.cursor = cursor
    }
}
