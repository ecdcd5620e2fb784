public import Ticketing

/// The tax inside of a receipt's total at one rate.
public struct ReceiptTaxResource: Codable, Hashable, Sendable {
    /// The rate, in hundredths of a percent.
    public var basisPoints: Int
    /// How much.
    public var amount: Money

    /// All members.
    public init(basisPoints: Int, amount: Money) {
        self.basisPoints = basisPoints
        self.amount = amount
    }
}
