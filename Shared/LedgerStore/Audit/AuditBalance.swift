/// The two sums of an account over posted transfers.
public struct AuditBalance: Codable, Hashable, Sendable {
    /// The account's kind.
    public var account: String
    /// Whose it is; empty for the house's own.
    public var owner: String
    /// The ISO 4217 code.
    public var currency: String
    /// All that stands on its left.
    public var debitMinor: Int64
    /// All that stands on its right.
    public var creditMinor: Int64
}
