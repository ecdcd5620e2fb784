public import Ticketing

/// A price of a performance.
public struct PriceLevelResource: Codable, Hashable, Sendable {
    /// The chart's name for the level.
    public var priceLevelId: String
    /// What people call it.
    public var name: String
    /// `#rrggbb`.
    public var color: String
    /// A seat's price without the fee.
    public var price: Money
    /// The fee on top, a seat.
    public var serviceFee: Money

    /// All members.
    public init(priceLevelId: String, name: String, color: String, price: Money, serviceFee: Money) {
        self.priceLevelId = priceLevelId
        self.name = name
        self.color = color
        self.price = price
        self.serviceFee = serviceFee
    }
}
