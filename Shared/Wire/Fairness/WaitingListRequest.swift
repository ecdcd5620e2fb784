/// What somebody waits for: `PUT /v1/performances/{id}/waiting-list/entry`.
public struct WaitingListRequest: Codable, Hashable, Sendable {
    /// Of this price level only.
    public var priceLevelId: String?
    /// How many seats, side by side.
    public var quantity: Int

    /// All members.
    public init(priceLevelId: String? = nil, quantity: Int) {
        self.priceLevelId = priceLevelId
        self.quantity = quantity
    }
}
