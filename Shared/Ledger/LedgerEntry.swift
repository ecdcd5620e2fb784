public import Ticketing

/// One side of a transfer, as a statement of an account lists it.
public struct LedgerEntry: Hashable, Sendable {
    /// The transfer that it is a side of.
    public let transferID: TransferID
    /// The account that it stands in.
    public let account: LedgerAccountKind
    /// Which side it is.
    public let side: LedgerSide
    /// More than nothing.
    public let amount: Money

    /// A side of a transfer.
    public init(transferID: TransferID, account: LedgerAccountKind, side: LedgerSide, amount: Money) {
        self.transferID = transferID
        self.account = account
        self.side = side
        self.amount = amount
    }
}
