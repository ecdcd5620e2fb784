public import Ledger
public import Ticketing

/// What stood on an account at an instant.
public struct AccountBalance: Codable, Hashable, Sendable {
    /// The account's kind.
    public var account: LedgerAccountKind
    /// Whose it is; empty for the house's own.
    public var owner: String
    /// All that stood on its left.
    public var debits: Money
    /// All that stood on its right.
    public var credits: Money
    /// The difference, counted positive on the side on which such accounts grow.
    public var balance: Money
}
