public import Ticketing

/// A page of a statement's lines, as they stand in its file.
public struct StatementPageResource: Codable, Hashable, Sendable {
    /// By when.
    public var asOf: Timestamp
    /// Lines of CSV (RFC 4180), each with its end; the first page's first is the heading.
    public var csv: String
    /// Where the next page begins; absent behind the last.
    public var nextCursor: OrderID?

    /// All members.
    public init(asOf: Timestamp, csv: String, nextCursor: OrderID?) {
        self.asOf = asOf
        self.csv = csv
        self.nextCursor = nextCursor
    }
}
