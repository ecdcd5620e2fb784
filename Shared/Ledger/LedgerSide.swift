/// One of the two sides of a transfer.
public enum LedgerSide: String, Codable, Sendable, CaseIterable {
    /// The account that the amount is written to the left of.
    case debit
    /// The account that the amount is written to the right of.
    case credit
}
