public import Ticketing

/// The balances of accounts: sums of entries, one for each account and currency.
public struct LedgerBalances: Equatable, Sendable {
    /// An account in one currency.
    public struct Key: Hashable, Sendable {
        /// The account.
        public let account: LedgerAccountKind
        /// The ISO 4217 code.
        public let currency: String

        /// An account in a currency.
        public init(account: LedgerAccountKind, currency: String) {
            self.account = account
            self.currency = currency
        }
    }

    /// The two sums of an account, in minor units.
    public struct Sums: Hashable, Sendable {
        /// All that stands on its left.
        public var debitMinor: Int64 = 0
        /// All that stands on its right.
        public var creditMinor: Int64 = 0

        /// Nothing on either side.
        public init() {}
    }

    /// The sums of every account that has an entry.
    public private(set) var sums: [Key: Sums] = [:]

    /// No entries.
    public init() {}

    /// Adds an entry.
    public mutating func add(_ entry: LedgerEntry) {
        let key = Key(account: entry.account, currency: entry.amount.currency)
        switch entry.side {
        case .debit: sums[key, default: Sums()].debitMinor += entry.amount.amountMinor
        case .credit: sums[key, default: Sums()].creditMinor += entry.amount.amountMinor
        }
    }

    /// Adds both sides of a transfer when its end counts.
    public mutating func add(_ transfer: LedgerTransfer, resolution: TransferResolution?) {
        guard let resolution, resolution.countsInBalance else { return }
        for entry in transfer.entries { add(entry) }
    }

    /// What stands in the account, positive on its normal side.
    public func balance(of account: LedgerAccountKind, currency: String) -> Money {
        let sums = sums[Key(account: account, currency: currency)] ?? Sums()
        let debitBalance = sums.debitMinor - sums.creditMinor
        return Money(
            amountMinor: account.normalSide == .debit ? debitBalance : -debitBalance, currency: currency)
    }

    /// All debits less all credits of a currency; anything but zero is a broken ledger.
    public func difference(currency: String) -> Int64 {
        sums.reduce(0) { total, pair in
            pair.key.currency == currency ? total + pair.value.debitMinor - pair.value.creditMinor : total
        }
    }
}
