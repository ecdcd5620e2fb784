/// A customer's wish for seats that come back, as the gateway passes it on.
public struct WaitingListCommand: Codable, Hashable, Sendable {
    /// At which performance, and whose.
    public var place: WaitingListQuestion
    /// For what.
    public var wish: WaitingListRequest

    /// All members.
    public init(place: WaitingListQuestion, wish: WaitingListRequest) {
        self.place = place
        self.wish = wish
    }
}
