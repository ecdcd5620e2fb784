import LedgerStore
import Logging
import Metrics
import ServiceRuntime

/// Forgets what is of no use any more, a little at a time: what was delivered long ago, old answers, ended sessions. Any
/// number of replicas share the work.
struct RetentionWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is left to forget, in milliseconds.
        var idleMilliseconds = 60_000
        /// The pause while there is more: whoever sells comes first.
        var busyMilliseconds = 1_000
        /// Rows of a kind that are forgotten at once.
        var itemsMax = 1_000
    }

    private let store: RetentionStore
    private let settings: Settings
    private let forgetting: OutageLog
    private let forgotten: [(kind: RetentionStore.Kind, rows: Counter)]

    init(store: RetentionStore, settings: Settings = Settings(), logger: Logger) {
        self.store = store
        self.settings = settings
        forgetting = OutageLog("what is old can't be forgotten", logger: logger)
        forgotten = RetentionStore.Kind.allCases.map { kind in
            (kind, Counter(label: "rows_forgotten_total", dimensions: [("kind", kind.rawValue)]))
        }
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            let isMore = await pass()
            try await Task.sleep(
                for: .milliseconds(isMore ? settings.busyMilliseconds : settings.idleMilliseconds))
        }
    }

    /// Forgets some of each kind; whether there may be more.
    func pass() async -> Bool {
        var isMore = false
        do {
            for (kind, rows) in forgotten {
                let count = try await store.forget(kind, limit: settings.itemsMax)
                rows.increment(by: Int64(count))
                if count >= settings.itemsMax { isMore = true }
            }
            forgetting.succeeded()
        } catch {
            forgetting.failed(error)
            return false
        }
        return isMore
    }
}
