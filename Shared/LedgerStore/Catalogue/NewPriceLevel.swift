/// What the seats of one level of the chart cost in a performance, in minor units of its currency.
public struct NewPriceLevel: Sendable, Hashable {
    public var priceLevelID: String
    public var name: String
    public var color: String
    public var priceMinor: Int64
    public var serviceFeeMinor: Int64
    /// The tax inside of both, in hundredths of a percent.
    public var taxBasisPoints: Int

    public init(
        priceLevelID: String, name: String, color: String, priceMinor: Int64, serviceFeeMinor: Int64,
        taxBasisPoints: Int = 0
    ) {
        self.priceLevelID = priceLevelID
        self.name = name
        self.color = color
        self.priceMinor = priceMinor
        self.serviceFeeMinor = serviceFeeMinor
        self.taxBasisPoints = taxBasisPoints
    }
}
