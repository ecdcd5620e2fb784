/// A customer's wish for seats that come back, as the gateway passes it on.
public struct WaitingListCommand: Codable, Hashable, Sendable {
    /// At which performance, and whose.
    public var place: WaitingListQuestion
    /// For what.
    public var wish: WaitingListRequest
    /// What the waiting room gave the customer, as it came; absent where none was sent.
    public var admissionToken: String?

    /// All members.
    public init(place: WaitingListQuestion, wish: WaitingListRequest, admissionToken: String? = nil) {
        self.place = place
        self.wish = wish
        self.admissionToken = admissionToken
    }
}
