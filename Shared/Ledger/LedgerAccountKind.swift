/// What kinds of accounts the ledger knows, and on which side each of them grows.
public enum LedgerAccountKind: String, Codable, Sendable, CaseIterable {
    /// What the payment provider took in for us and owes us. Grows by debits.
    case providerClearing = "provider_clearing"
    /// What we owe the organizer for tickets sold. Grows by credits.
    case organizerPayable = "organizer_payable"
    /// What we earned as the service fee. Grows by credits.
    case serviceFeeRevenue = "service_fee_revenue"
    /// What we owe customers until the provider has given it back. Grows by credits.
    case refunds
    /// What we owe tax offices: for an organizer's tickets, or for our fees. Grows by credits.
    case taxPayable = "tax_payable"
    /// What providers kept of charges for their work. Grows by debits.
    case providerFees = "provider_fees"
    /// What organizers were sent. Grows by credits.
    case payouts
    /// What customers were given back from our own accounts, past the provider. Grows by credits.
    case houseBank = "house_bank"

    /// The side on which the account's balance is counted positive.
    public var normalSide: LedgerSide {
        switch self {
        case .providerClearing, .providerFees: .debit
        case .organizerPayable, .serviceFeeRevenue, .refunds, .taxPayable, .payouts, .houseBank: .credit
        }
    }
}
