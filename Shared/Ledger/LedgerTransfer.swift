public import Ticketing

/// One immutable line of the ledger: an amount from the credited to the debited account, for an order.
///
/// A transfer says nothing of its end: that is its ``TransferResolution``.
public struct LedgerTransfer: Hashable, Sendable {
    /// The transfer's own id.
    public let id: TransferID
    /// The account on the left.
    public let debit: LedgerAccountKind
    /// The account on the right; never the one on the left.
    public let credit: LedgerAccountKind
    /// More than nothing.
    public let amount: Money
    /// The order that the money was for.
    public let orderID: OrderID
    /// The payment that moved it.
    public let paymentID: PaymentID

    /// A line; an amount that is not positive, or two sides of one account, are our bug.
    public init(
        id: TransferID, debit: LedgerAccountKind, credit: LedgerAccountKind, amount: Money, orderID: OrderID,
        paymentID: PaymentID
    ) {
        precondition(amount.amountMinor > 0, "a transfer of \(amount.amountMinor)")
        precondition(debit != credit, "a transfer from \(debit) to itself")
        self.id = id
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.orderID = orderID
        self.paymentID = paymentID
    }

    /// Its two sides, the debit first.
    public var entries: [LedgerEntry] {
        [
            LedgerEntry(transferID: id, account: debit, side: .debit, amount: amount),
            LedgerEntry(transferID: id, account: credit, side: .credit, amount: amount),
        ]
    }
}
