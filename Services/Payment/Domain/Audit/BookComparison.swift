import LedgerStore
import Ticketing

/// Compares what stands in clearing with a provider's own book, difference by difference. Pure.
///
/// The two books can't be read at one instant: the ledger's snapshot comes first. What differs is looked at again in a
/// later snapshot before it is told.
struct BookComparison: Sendable {
    /// Payments that differ, and what the provider has of them.
    private(set) var suspects: [PaymentID: ProviderBookLine?] = [:]
    /// Payments in the snapshot of which something is open: themselves, or a refund that waits for its provider.
    private(set) var openCount = 0
    // What the ledger has not met yet.
    private var charges: [PaymentID: ProviderBookLine]

    /// A provider's book.
    init(_ lines: [PaymentID: ProviderBookLine]) {
        charges = lines
    }

    /// The next payment of the ledger.
    mutating func add(_ line: ClearingLine) {
        let charge = charges.removeValue(forKey: line.paymentID)
        if line.state.isUnsettled || line.pendingMinor > 0 { openCount += 1 }
        if Self.difference(line, charge) != nil { suspects.updateValue(charge, forKey: line.paymentID) }
    }

    /// The ledger has no more: whatever money is left belongs to no payment of the snapshot.
    mutating func end() {
        for charge in charges.values where charge.keptMinor != 0 {
            suspects.updateValue(charge, forKey: charge.paymentID)
        }
        charges = [:]
    }

    /// What a later snapshot says of a suspect; nil when it has no such payment.
    func finding(of payment: PaymentID, now line: ClearingLine?) -> AuditFinding? {
        guard let charge = suspects[payment] else { return nil }
        guard let line else {
            guard let charge, charge.keptMinor != 0 else { return nil }
            return AuditFinding(
                check: "charge_without_payment", subject: payment.description,
                detail: "the provider has \(charge.keptMinor) \(charge.currency) of a payment that is not ours")
        }
        return Self.difference(line, charge).map {
            AuditFinding(check: "clearing_differs_from_provider", subject: payment.description, detail: $0)
        }
    }

    /// In words; nil when they agree, or when it can't be known yet.
    private static func difference(_ line: ClearingLine, _ charge: ProviderBookLine?) -> String? {
        guard !line.state.isUnsettled else { return nil }
        let charged = charge?.keptMinor ?? 0
        // Of what is on its way back the provider may have sent some already.
        if charged > line.keptMinor || charged < line.keptMinor - line.pendingMinor {
            let often = (charge?.chargeCount ?? 0) > 1 ? ", charged \(charge?.chargeCount ?? 0) times" : ""
            return "\(line.state.rawValue): clearing \(line.keptMinor), the provider has \(charged)\(often)"
        }
        if let charge, charge.chargedMinor != 0, charge.currency != line.currency {
            return "clearing in \(line.currency), the provider in \(charge.currency)"
        }
        return nil
    }
}
