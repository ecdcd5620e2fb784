public import Ticketing

/// One line that a happening at the provider writes, before it has an id.
public struct LedgerPosting: Hashable, Sendable {
    /// The account on the left.
    public let debit: LedgerAccountKind
    /// The account on the right.
    public let credit: LedgerAccountKind
    /// More than nothing.
    public let amount: Money

    /// A line of these two accounts.
    public init(debit: LedgerAccountKind, credit: LedgerAccountKind, amount: Money) {
        self.debit = debit
        self.credit = credit
        self.amount = amount
    }

    /// What a charge writes when its seats are sold: the tickets' price is owed to the organizer, the fee is ours, and
    /// the tax in both is owed to the tax office. Lines of nothing are left out, so a free ticket writes none.
    public static func sale(price: TaxedAmount, serviceFee: TaxedAmount) -> [LedgerPosting] {
        withoutZeroLines([
            LedgerPosting(debit: .providerClearing, credit: .organizerPayable, amount: price.net),
            LedgerPosting(debit: .providerClearing, credit: .serviceFeeRevenue, amount: serviceFee.net),
            LedgerPosting(debit: .providerClearing, credit: .taxPayable, amount: price.tax),
            LedgerPosting(debit: .providerClearing, credit: .taxPayable, amount: serviceFee.tax),
        ])
    }

    /// What a refund of tickets writes when it is decided on: the sale's lines, owed to the customer from now on.
    public static func refundDecided(price: TaxedAmount, serviceFee: TaxedAmount) -> [LedgerPosting] {
        sale(price: price, serviceFee: serviceFee).map {
            LedgerPosting(debit: $0.credit, credit: .refunds, amount: $0.amount)
        }
    }

    /// What a charge writes when it came too late for its seats: all of it is owed back to the customer.
    public static func lateCharge(total: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .providerClearing, credit: .refunds, amount: total)])
    }

    /// What the provider's giving back writes: the customer is owed no more.
    public static func refundMade(amount: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .refunds, credit: .providerClearing, amount: amount)])
    }

    /// What it writes when that money comes back to the provider: the customer is owed it again.
    public static func refundReturned(amount: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .providerClearing, credit: .refunds, amount: amount)])
    }

    /// What giving it back past the provider writes.
    public static func refundMadeOutside(amount: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .refunds, credit: .houseBank, amount: amount)])
    }

    private static func withoutZeroLines(_ postings: [LedgerPosting]) -> [LedgerPosting] {
        postings.filter { $0.amount.amountMinor != 0 }
    }
}
