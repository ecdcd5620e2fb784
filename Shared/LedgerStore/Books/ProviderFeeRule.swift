/// What a provider keeps of each charge in a currency.
public struct ProviderFeeRule: Codable, Hashable, Sendable {
    /// Who.
    public var provider: String
    /// In which currency.
    public var currency: String
    /// Hundredths of a percent of the charge.
    public var basisPoints: Int
    /// What comes on top, in minor units.
    public var fixedMinor: Int64

    /// All members.
    public init(provider: String, currency: String, basisPoints: Int, fixedMinor: Int64) {
        self.provider = provider
        self.currency = currency
        self.basisPoints = basisPoints
        self.fixedMinor = fixedMinor
    }
}
