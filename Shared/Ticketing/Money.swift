/// An amount in whole minor units of one currency; never a float.
public struct Money: Hashable, Codable, Sendable {
    /// Whole minor units: won for KRW, cents for EUR.
    public let amountMinor: Int64
    /// The ISO 4217 code: three capital letters.
    public let currency: String

    /// An amount of a currency.
    public init(amountMinor: Int64, currency: String) {
        self.amountMinor = amountMinor
        self.currency = currency
    }

    /// The sum; the currencies have to be the same, and the sum has to fit.
    public static func + (left: Money, right: Money) -> Money {
        precondition(
            left.currency == right.currency, "amounts of \(left.currency) and \(right.currency) can't be added")
        return Money(amountMinor: left.amountMinor + right.amountMinor, currency: left.currency)
    }

    /// Nothing, in a currency.
    public static func zero(_ currency: String) -> Money {
        Money(amountMinor: 0, currency: currency)
    }

    /// Whether the text has the form of an ISO 4217 code.
    public static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}
