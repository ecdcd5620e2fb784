import LedgerStore
import Ticketing

/// What an audit found.
struct AuditReport: Codable, Hashable, Sendable {
    /// When the snapshot was taken, by the database's clock.
    var takenAt: Timestamp
    /// Nothing, or what is wrong.
    var findings: [AuditFinding]
    /// How much was looked at.
    var counts: AuditCounts
    /// Payments whose outcome was open: what the provider has of them was not compared.
    var paymentsOpen: Int
    /// Every account's sums.
    var balances: [AuditBalance]

    /// 0 when nothing is wrong, else 1.
    var exitCode: Int32 { findings.isEmpty ? 0 : 1 }

    /// For a person.
    var text: String {
        var lines = findings.map { "FINDING \($0.check): \($0.subject): \($0.detail)" }
        for balance in balances {
            let owner = balance.owner.isEmpty ? "" : " \(balance.owner)"
            lines.append(
                "balance \(balance.account)\(owner): debit \(balance.debitMinor), credit \(balance.creditMinor) "
                    + balance.currency)
        }
        lines.append(
            "\(counts.seatsSold) seats sold, \(counts.ticketsLive) tickets, \(counts.ordersPaid) orders paid, "
                + "\(counts.paymentsSucceeded) payments, \(counts.transfers) transfers, \(paymentsOpen) payments open")
        lines.append(findings.isEmpty ? "nothing is wrong" : "\(findings.count) findings")
        return lines.joined(separator: "\n")
    }
}
