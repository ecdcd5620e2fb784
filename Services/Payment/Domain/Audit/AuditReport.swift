import LedgerStore
import Ticketing

/// What an audit found. Its JSON is the output of `payment audit --json`.
struct AuditReport: Codable, Hashable, Sendable {
    /// Which server answered.
    struct Server: Codable, Hashable, Sendable {
        /// `primary` or `standby`.
        var role: String
        /// Where its log stood (an LSN).
        var logPosition: String
        /// How far a standby is behind; absent on a primary.
        var lagMilliseconds: Int64?
        /// Why the primary was asked although the standby was wanted; absent otherwise.
        var fallback: String?
    }

    /// A provider's book that was compared.
    struct Book: Codable, Hashable, Sendable {
        /// Whose.
        var provider: String
        /// Payments that stand in it.
        var payments: Int
    }

    /// When the snapshot was taken, by the database's clock.
    var takenAt: Timestamp
    /// Which server answered.
    var server: Server
    /// Nothing, or what is wrong.
    var findings: [AuditFinding]
    /// How much was looked at.
    var counts: AuditCounts
    /// Payments of which something was open: a charge or a refund whose outcome was not known.
    var paymentsOpen: Int
    /// The books that were compared with clearing.
    var books: [Book]
    /// Every account's sums.
    var balances: [AuditBalance]
    /// How long it took.
    var milliseconds: Int64

    /// 0 when nothing is wrong, else 1.
    var exitCode: Int32 { findings.isEmpty ? 0 : 1 }

    /// For a person.
    var text: String {
        var lines = findings.map { "FINDING \($0.check): \($0.subject): \($0.detail)" }
        lines += balances.map(AuditText.line)
        lines.append(
            "\(counts.seatsSold) seats sold, \(counts.ticketsLive) tickets, \(counts.ordersPaid) orders paid, "
                + "\(counts.paymentsSucceeded) payments, \(counts.transfers) transfers, \(counts.changes) changes replayed, "
                + "\(paymentsOpen) payments open")
        lines += books.map { "clearing compared with the book of \($0.provider): \($0.payments) payments" }
        lines.append("\(server.text) at \(takenAt), in \(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s")
        lines.append(findings.isEmpty ? "nothing is wrong" : "\(findings.count) findings")
        return lines.joined(separator: "\n")
    }
}

extension AuditReport.Server {
    init(_ server: AuditServer, fallback: String?) {
        self.init(
            role: server.isStandby ? "standby" : "primary", logPosition: server.logPosition,
            lagMilliseconds: server.isStandby ? server.lagMilliseconds : nil, fallback: fallback)
    }

    /// For a person.
    var text: String {
        let lag = lagMilliseconds.map { ", \($0) ms behind" } ?? ""
        let reason = fallback.map { " (NOT the standby: \($0))" } ?? ""
        return "the \(role)\(reason), log at \(logPosition)\(lag)"
    }
}
