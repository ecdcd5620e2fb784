import LedgerStore

/// How an audit says things that several of its reports have.
enum AuditText {
    static func line(_ balance: AuditBalance) -> String {
        let owner = balance.owner.isEmpty ? "" : " \(balance.owner)"
        return "balance \(balance.account)\(owner): debit \(balance.debitMinor), credit \(balance.creditMinor) "
            + balance.currency
    }
}
