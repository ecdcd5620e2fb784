/// Which seats would do.
public struct BestAvailableRequest: Codable, Hashable, Sendable {
    /// Of this price level only.
    public var priceLevelId: String?
    /// Of this section only.
    public var sectionId: String?
    /// How many: side by side where so many are free, else as near to each other as can be.
    public var quantity: Int
    /// For a wheelchair.
    public var accessible: Bool?
    /// Side by side or not at all.
    public var together: Bool?

    /// All members.
    public init(
        priceLevelId: String? = nil, sectionId: String? = nil, quantity: Int, accessible: Bool? = nil,
        together: Bool? = nil
    ) {
        self.priceLevelId = priceLevelId
        self.sectionId = sectionId
        self.quantity = quantity
        self.accessible = accessible
        self.together = together
    }
}
