import LedgerStore
import Logging
import Metrics
import ServiceRuntime
import Ticketing

/// Makes refunds that were written down: those that were asked for just now, those of killed processes and of lost
/// answers, those of whole performances. Any number of replicas run it side by side.
struct RefundWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is due, in milliseconds.
        var idleMilliseconds = 200
        /// Refunds that are made at once.
        var atOnceMax = 32
        /// Refunds that this process sends to providers in a second.
        var perSecondMax = 100
        /// How long a refund belongs to whoever took it, in seconds.
        var leaseSeconds = 5
        /// The longest pause between two questions about one refund, in seconds.
        var pauseSecondsMax = 30
    }

    private let refunds: RefundsStore
    private let givingBack: GivingBack
    private let settings: Settings
    private let logger: Logger
    private let claiming: OutageLog
    private let made = Counter(label: "refunds_made_total")
    private let refused = Counter(label: "refunds_refused_total")
    private let failed = Counter(label: "refund_failures_total")

    init(refunds: RefundsStore, givingBack: GivingBack, settings: Settings, logger: Logger) {
        self.refunds = refunds
        self.givingBack = givingBack
        self.settings = settings
        self.logger = logger
        claiming = OutageLog("refunds can't be asked for", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let count = await pass()
            let pause: Duration =
                count == 0
                ? .milliseconds(settings.idleMilliseconds)
                : .nanoseconds(1_000_000_000 * Int64(count) / Int64(settings.perSecondMax))
            try await Task.sleep(until: start + pause)
        }
    }

    /// Takes what is due and makes it; how many there were.
    func pass() async -> Int {
        let due: [RefundAttempt]
        do {
            due = try await refunds.claimDue(
                limit: min(settings.atOnceMax, settings.perSecondMax), leaseSeconds: settings.leaseSeconds,
                pauseSecondsMax: settings.pauseSecondsMax)
        } catch {
            claiming.failed(error)
            return 0
        }
        claiming.succeeded()
        await withTaskGroup(of: Void.self) { group in
            for attempt in due { group.addTask { await make(attempt) } }
        }
        return due.count
    }

    private func make(_ attempt: RefundAttempt) async {
        do {
            switch try await givingBack.make(attempt) {
            case .made: made.increment()
            case .refused, .returned: refused.increment()
            case .settled, .notFound, nil: break
            }
        } catch {
            failed.increment()
            logger.warning(
                "a refund brought no answer and is tried again",
                metadata: ["refund_id": "\(attempt.refundID)", "cause": "\(error)"])
            // If this fails too, the lease ends by itself.
            try? await refunds.postpone(attempt.refundID, pauseSecondsMax: settings.pauseSecondsMax)
        }
    }
}
