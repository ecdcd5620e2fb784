import LedgerStore
import Logging
import Metrics
import ServiceRuntime

/// Counts what was sold and given back, minute by minute.
struct SalesFiguresWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is left to count, in milliseconds: a minute is counted anew with each pass.
        var idleMilliseconds = 1_000
        /// Messages counted at once.
        var itemsMax = 500
    }

    private let figures: SalesFiguresStore
    private let settings: Settings
    private let counting: OutageLog
    private let delivered = Counter(
        label: "messages_delivered_total", dimensions: [("means", MessageMeans.figures.rawValue)])

    init(figures: SalesFiguresStore, settings: Settings, logger: Logger) {
        self.figures = figures
        self.settings = settings
        counting = OutageLog("sales can't be counted", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            if await pass() < settings.itemsMax {
                try await Task.sleep(for: .milliseconds(settings.idleMilliseconds))
            }
        }
    }

    /// Counts what waits; how many messages.
    func pass() async -> Int {
        do {
            let count = try await figures.count(limit: settings.itemsMax)
            counting.succeeded()
            delivered.increment(by: count)
            return count
        } catch {
            counting.failed(error)
            return 0
        }
    }
}
