/// A price level as a chart knows it: without a price.
public struct ChartPriceLevelResource: Codable, Hashable, Sendable {
    /// The chart's name for the level.
    public var priceLevelId: String
    /// What people call it.
    public var name: String
    /// `#rrggbb`.
    public var color: String

    /// All members.
    public init(priceLevelId: String, name: String, color: String) {
        self.priceLevelId = priceLevelId
        self.name = name
        self.color = color
    }
}
