/// What the seats of one level of the chart cost in a performance, in minor units of its currency.
public struct NewPriceLevel: Sendable, Hashable {
    public var priceLevelID: String
    public var name: String
    public var color: String
    public var priceMinor: Int64
    public var serviceFeeMinor: Int64

    public init(priceLevelID: String, name: String, color: String, priceMinor: Int64, serviceFeeMinor: Int64) {
        self.priceLevelID = priceLevelID
        self.name = name
        self.color = color
        self.priceMinor = priceMinor
        self.serviceFeeMinor = serviceFeeMinor
    }
}
