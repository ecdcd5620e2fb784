import LedgerStore
import Ticketing

/// Compares what stands in clearing with the provider's own book, difference by difference. Both come in the order of
/// payment ids, page by page. Pure.
///
/// The two books can't be read at one instant: the ledger's snapshot comes first. A payment that is open in it may have
/// moved on in the book; one that has ended may not.
struct BookComparison: Sendable {
    private(set) var findings: [AuditFinding] = []
    /// Charges of payments that the snapshot does not have: begun after it, or of no payment at all.
    private(set) var unknownPayments: [PaymentID] = []
    /// Payments in the snapshot whose outcome is open.
    private(set) var openCount = 0

    /// Compares a payment with its line of the book; nil where one of them is missing.
    mutating func compare(_ line: ClearingLine?, with charge: SandboxBookLine?) {
        guard let line else {
            if let charge, charge.keptMinor != 0 { unknownPayments.append(charge.paymentID) }
            return
        }
        let charged = charge?.keptMinor ?? 0
        switch line.state {
        case .pending, .unknown, .requiresAction, .refunding:
            openCount += 1
        case .succeeded, .declined, .cancelled, .refunded:
            if charged != line.keptMinor {
                add(line.paymentID, "\(line.state.rawValue): clearing \(line.keptMinor), the provider has \(charged)")
            } else if let charge, charge.keptMinor != 0, charge.amount.currency != line.currency {
                add(line.paymentID, "clearing in \(line.currency), the provider in \(charge.amount.currency)")
            }
        }
    }

    /// A charge of the book that no payment of ours asked for.
    mutating func chargeOfNoPayment(_ payment: PaymentID) {
        findings.append(
            AuditFinding(
                check: "charge_without_payment", subject: payment.description,
                detail: "the provider has money of a payment that is not ours"))
    }

    private mutating func add(_ payment: PaymentID, _ detail: String) {
        findings.append(
            AuditFinding(check: "clearing_differs_from_provider", subject: payment.description, detail: detail))
    }
}
