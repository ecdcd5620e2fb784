/// Which seats would do.
public struct BestAvailableRequest: Codable, Hashable, Sendable {
    /// Of this price level only.
    public var priceLevelId: String?
    /// Of this section only.
    public var sectionId: String?
    /// How many, side by side.
    public var quantity: Int
    /// For a wheelchair.
    public var accessible: Bool?

    /// All members.
    public init(priceLevelId: String? = nil, sectionId: String? = nil, quantity: Int, accessible: Bool? = nil) {
        self.priceLevelId = priceLevelId
        self.sectionId = sectionId
        self.quantity = quantity
        self.accessible = accessible
    }
}
