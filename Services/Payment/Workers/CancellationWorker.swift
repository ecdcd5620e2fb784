import LedgerStore
import Logging
import ServiceRuntime
import Ticketing

/// Gives the holds of cancelled performances back, tells their customers and writes their refunds down, batch by batch,
/// and tells when none of them waits any more. What a killed process left is taken over after its lease, from where it
/// was: who was told is not told again, and a ticket that is in a refund is not refunded again.
struct CancellationWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause between two looks, in milliseconds.
        var idleMilliseconds = 500
        /// Performances that one process looks after at once.
        var performancesMax = 4
        /// How long a performance belongs to whoever took it, in seconds.
        var leaseSeconds = 2
        /// Tickets whose refunds are written in one batch.
        var ticketsPerBatch = 256
        /// Batches in a row before the performance is taken anew.
        var batchesMax = 16
    }

    private let cancellations: CancellationsStore
    private let door: PerformanceDoor
    private let settings: Settings
    private let logger: Logger
    private let claiming: OutageLog
    private let work: OutageLog

    init(cancellations: CancellationsStore, door: PerformanceDoor, settings: Settings, logger: Logger) {
        self.cancellations = cancellations
        self.door = door
        self.settings = settings
        self.logger = logger
        claiming = OutageLog("cancelled performances can't be claimed", logger: logger)
        work = OutageLog("a cancelled performance has to wait", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            await pass()
            try await Task.sleep(for: .milliseconds(settings.idleMilliseconds))
        }
    }

    /// Looks after what is due.
    func pass() async {
        let claimed: [(performance: PerformanceID, isPlanned: Bool)]
        do {
            claimed = try await cancellations.claimDue(
                limit: settings.performancesMax, leaseSeconds: settings.leaseSeconds)
        } catch {
            claiming.failed(error)
            return
        }
        claiming.succeeded()
        var hasFailed = false
        // What one of them meets is its own: the others need not wait for it.
        for (performance, isPlanned) in claimed {
            do {
                try await lookAfter(performance, isPlanned: isPlanned)
            } catch {
                hasFailed = true
                work.failed(error, metadata: ["performance_id": "\(performance)"])
            }
        }
        if !claimed.isEmpty, !hasFailed { work.succeeded() }
    }

    private func lookAfter(_ performance: PerformanceID, isPlanned: Bool) async throws {
        var isPlanned = isPlanned
        for _ in 0..<settings.batchesMax where !isPlanned {
            let outcome = try await door.submit(
                settings.ticketsPerBatch, to: CancellationPlanBatch.self, in: performance)
            if case .planned = outcome { continue }
            isPlanned = true
        }
        guard isPlanned, try await cancellations.finish(performance) else { return }
        logger.notice("the refunds of a performance are finished", metadata: ["performance_id": "\(performance)"])
    }
}
