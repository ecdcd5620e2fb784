import LedgerStore
import Logging
import Metrics
import ServiceRuntime
import Synchronization

/// Shows what waits for consumers and what was given up, gives up what loses its worker each time, and puts off what
/// waits behind a dead letter.
final class DeliveryGauges: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// How often it is looked at, in milliseconds.
        var intervalMilliseconds = 5_000
        /// Deliveries of one consumer that are looked at for what they wait behind.
        var itemsMax = 1_000
    }

    private struct Gauges {
        let waiting: Gauge
        let age: Gauge
        let dead: Gauge

        init(of means: MessageMeans) {
            let labels = [("means", means.rawValue)]
            waiting = Gauge(label: "messages_waiting", dimensions: labels)
            age = Gauge(label: "messages_oldest_seconds", dimensions: labels)
            dead = Gauge(label: "messages_dead", dimensions: labels)
        }
    }

    private let store: DeliveriesStore
    private let attemptsMax: Int
    private let settings: Settings
    private let logger: Logger
    private let looking: OutageLog
    private let told = Mutex("not looked at yet")

    init(store: DeliveriesStore, attemptsMax: Int, settings: Settings = Settings(), logger: Logger) {
        self.store = store
        self.attemptsMax = attemptsMax
        self.settings = settings
        self.logger = logger
        looking = OutageLog("what waits can't be read", logger: logger)
    }

    /// What waits and what was given up, in a line for people.
    var status: String { told.withLock { $0 } }

    /// Looks until it is cancelled.
    func run() async throws {
        let gauges = MessageMeans.allCases.map { ($0, Gauges(of: $0)) }
        while !Task.isCancelled {
            do {
                let buried = try await store.bury(attemptsMax: attemptsMax)
                if buried > 0 {
                    logger.error(
                        "messages were given up that nobody came to an end with", metadata: ["count": "\(buried)"])
                }
                try await store.holdBack(limit: settings.itemsMax)
                let load = try await store.load()
                for (means, gauges) in gauges {
                    let load = load[means]
                    gauges.waiting.record(load?.waiting ?? 0)
                    gauges.age.record(Double(load?.oldestMilliseconds ?? 0) / 1_000)
                    gauges.dead.record(load?.dead ?? 0)
                }
                let line = MessageMeans.allCases.map { means in
                    "\(means.rawValue) \(load[means]?.waiting ?? 0) waiting, \(load[means]?.dead ?? 0) dead"
                }.joined(separator: "; ")
                told.withLock { $0 = line }
                looking.succeeded()
            } catch {
                looking.failed(error)
            }
            try await Task.sleep(for: .milliseconds(settings.intervalMilliseconds))
        }
    }
}
