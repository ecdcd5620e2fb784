import LedgerStore
import Metrics

/// Shows what of the whole ledger is owed to customers: what waits to be given back, and what providers refuse.
struct RefundGauges: Sendable {
    /// How often it is looked at.
    static let interval: Duration = .seconds(5)

    private let refunds: RefundsStore

    init(refunds: RefundsStore) {
        self.refunds = refunds
    }

    /// Looks until it is cancelled.
    func run() async {
        let pending = Gauge(label: "refunds_pending")
        let refused = Gauge(label: "refunds_refused")
        let oldest = Gauge(label: "refunds_oldest_seconds")
        while !Task.isCancelled {
            // While the ledger can't be asked the gauges keep what they were told last.
            if let counts = try? await refunds.counts() {
                pending.record(counts.pending)
                refused.record(counts.refused)
                oldest.record(counts.oldestAgeSeconds)
            }
            try? await Task.sleep(for: Self.interval)
        }
    }
}
