/// One page of a list.
public struct ListResource<Item: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    /// This page's items.
    public var items: [Item]
    /// Asks for the page after; absent on the last.
    public var nextCursor: String?

    /// All members.
    public init(items: [Item], nextCursor: String? = nil) {
        self.items = items
        self.nextCursor = nextCursor
    }
}
