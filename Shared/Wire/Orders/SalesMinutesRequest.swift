public import Ticketing

/// An organizer asks how a performance sold, minute by minute, the latest first.
public struct SalesMinutesRequest: Codable, Hashable, Sendable {
    /// Which, and who asks.
    public var sales: PerformanceSalesRequest
    /// From then on.
    public var from: Timestamp?
    /// Minutes that began before then; the page before's `next_cursor` is one.
    public var to: Timestamp?
    /// Minutes on a page.
    public var limit: Int

    /// All members.
    public init(sales: PerformanceSalesRequest, from: Timestamp?, to: Timestamp?, limit: Int) {
        self.sales = sales
        self.from = from
        self.to = to
        self.limit = limit
    }
}
