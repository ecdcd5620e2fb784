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

    /// What a charge writes when its seats are sold: the tickets' price is owed to the organizer, the fee is ours.
    /// Lines of nothing are left out, so a free ticket writes none.
    public static func sale(subtotal: Money, serviceFee: Money) -> [LedgerPosting] {
        withoutZeroLines([
            LedgerPosting(debit: .providerClearing, credit: .organizerPayable, amount: subtotal),
            LedgerPosting(debit: .providerClearing, credit: .serviceFeeRevenue, amount: serviceFee),
        ])
    }

    /// What a charge writes when it came too late for its seats: all of it is owed back to the customer.
    public static func lateCharge(total: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .providerClearing, credit: .refunds, amount: total)])
    }

    /// What the provider's giving back writes: the customer is owed no more.
    public static func refundMade(amount: Money) -> [LedgerPosting] {
        withoutZeroLines([LedgerPosting(debit: .refunds, credit: .providerClearing, amount: amount)])
    }

    private static func withoutZeroLines(_ postings: [LedgerPosting]) -> [LedgerPosting] {
        postings.filter { $0.amount.amountMinor != 0 }
    }
}
