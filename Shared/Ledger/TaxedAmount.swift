public import Ticketing

/// An amount with the tax that is inside it.
public struct TaxedAmount: Hashable, Sendable {
    /// With the tax.
    public let gross: Money
    /// The tax alone.
    public let tax: Money

    /// What is left without the tax: the two parts sum up to the whole, whatever was rounded.
    public var net: Money { Money(amountMinor: gross.amountMinor - tax.amountMinor, currency: gross.currency) }

    /// An amount whose tax is known.
    public init(gross: Money, tax: Money) {
        precondition(gross.currency == tax.currency, "an amount of \(gross.currency) with tax of \(tax.currency)")
        self.gross = gross
        self.tax = tax
    }

    /// An amount at a tax rate of hundredths of a percent, rounded half up.
    public init(gross: Money, basisPoints: Int) {
        precondition((0...10_000).contains(basisPoints) && gross.amountMinor >= 0, "a tax of \(basisPoints)")
        let divisor = Int128(10_000 + basisPoints)
        let tax = (2 * Int128(gross.amountMinor) * Int128(basisPoints) + divisor) / (2 * divisor)
        self.init(gross: gross, tax: Money(amountMinor: Int64(tax), currency: gross.currency))
    }

    /// The sum of amounts, each of which was rounded by itself.
    public static func + (left: TaxedAmount, right: TaxedAmount) -> TaxedAmount {
        TaxedAmount(gross: left.gross + right.gross, tax: left.tax + right.tax)
    }
}
