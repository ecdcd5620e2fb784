import LedgerStore
import Ticketing

/// What this process began and could not bring to an end because the ledger did not answer: its customers were told that
/// the outcome is not known. Lost with the process: then the lease ends, and reconciliation finds the payment.
actor UnfinishedPayments {
    enum Unfinished: Sendable {
        /// Whether it is written down is not known; nobody was asked for money yet.
        case perhapsBegun(PaymentID, until: ContinuousClock.Instant)
        /// What the provider said is not known to be written down.
        case unwritten(PaymentObservation, PaymentAttempt)
    }

    /// More are left to reconciliation.
    private static let itemsMax = 10_000
    private static let lookedForSeconds = 120

    private var items: [Unfinished] = []

    /// Nobody knows whether the payment begins with the transaction that was lost sight of.
    func mayHaveBegun(_ payment: PaymentID) {
        add(.perhapsBegun(payment, until: .now + .seconds(Self.lookedForSeconds)))
    }

    /// The provider's word has to be written down.
    func notWritten(_ observation: PaymentObservation, of attempt: PaymentAttempt) {
        add(.unwritten(observation, attempt))
    }

    /// Keeps one for the next time.
    func add(_ item: Unfinished) {
        if items.count < Self.itemsMax { items.append(item) }
    }

    /// Hands all of them over.
    func take() -> [Unfinished] {
        defer { items = [] }
        return items
    }
}
