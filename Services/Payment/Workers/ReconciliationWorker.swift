import LedgerStore
import Logging
import Metrics
import ServiceRuntime
import Ticketing

/// Looks after payments whose outcome is open: those of killed processes, of lost answers, of buyers who never came
/// back. Any number of replicas run it side by side.
struct ReconciliationWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is due, in milliseconds.
        var idleMilliseconds = 1_000
        /// Payments taken at once.
        var claimItemsMax = 32
        /// The longest pause between two questions about one payment, in seconds.
        var pauseSecondsMax = 30
    }

    private let payments: PaymentsStore
    private let settlement: Settlement
    private let settings: Settings
    private let logger: Logger
    private let claiming: OutageLog
    private let settled = Counter(label: "payments_reconciled_total")
    private let failed = Counter(label: "payment_reconciliation_failures_total")

    init(payments: PaymentsStore, settlement: Settlement, settings: Settings, logger: Logger) {
        self.payments = payments
        self.settlement = settlement
        self.settings = settings
        self.logger = logger
        claiming = OutageLog("reconciliation can't ask the ledger", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            let count = await pass()
            if count < settings.claimItemsMax {
                try await Task.sleep(for: .milliseconds(settings.idleMilliseconds))
            }
        }
    }

    /// Takes what is due and looks after it; how many there were.
    func pass() async -> Int {
        let due: [PaymentAttempt]
        do {
            due = try await payments.claimDue(
                limit: settings.claimItemsMax, pauseSecondsMax: settings.pauseSecondsMax)
        } catch {
            claiming.failed(error)
            return 0
        }
        claiming.succeeded()
        await withTaskGroup(of: Void.self) { group in
            for attempt in due { group.addTask { await lookAfter(attempt) } }
        }
        return due.count
    }

    private func lookAfter(_ attempt: PaymentAttempt) async {
        do {
            guard let result = try await settlement.lookAfter(attempt, mayBeOnItsWay: false) else { return }
            settled.increment()
            logger.info(
                "a payment was reconciled",
                metadata: [
                    "payment_id": "\(attempt.paymentID)", "decision": "\(result.decision.rawValue)",
                    "age_seconds": "\(attempt.ageSeconds)",
                ])
        } catch {
            failed.increment()
            logger.warning(
                "a payment could not be reconciled and is tried again",
                metadata: ["payment_id": "\(attempt.paymentID)", "cause": "\(error)"])
        }
    }
}
