import LedgerStore
import Logging
import Ticketing

/// Ends unpaid orders whose holds have ended. The seats' door and the settlements do so themselves; this finds what
/// they could not, one stretch of time after the other.
struct LapsedOrdersWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause between two questions, in milliseconds.
        var intervalMilliseconds = 5_000
        /// How far back the first question reaches, in seconds.
        var firstLookBackSeconds: Int64 = 86_400
        /// How long after a deadline the door is left alone with it, in seconds.
        var delaySeconds: Int64 = 10
        /// Holds found at once.
        var itemsMax = 500
    }

    private let orders: OrdersStore
    private let payments: PaymentsStore
    private let door: PerformanceDoor
    private let settings: Settings
    private let logger: Logger

    init(
        orders: OrdersStore, payments: PaymentsStore, door: PerformanceDoor, settings: Settings, logger: Logger
    ) {
        self.orders = orders
        self.payments = payments
        self.door = door
        self.settings = settings
        self.logger = logger
    }

    /// Runs until it is cancelled.
    func run() async throws {
        var servedUpTo: Timestamp?
        while !Task.isCancelled {
            do {
                servedUpTo = try await pass(after: servedUpTo)
            } catch {
                logger.warning("lapsed orders can't be ended yet", metadata: ["cause": "\(error)"])
            }
            try await Task.sleep(for: .milliseconds(settings.intervalMilliseconds))
        }
    }

    /// Ends the orders of one stretch of time; up to when that is done.
    func pass(after start: Timestamp?) async throws -> Timestamp? {
        let end = try await payments.databaseTime().advanced(bySeconds: -settings.delaySeconds)
        let start = start ?? end.advanced(bySeconds: -settings.firstLookBackSeconds)
        let found = try await orders.holdsOfLapsedOrders(endedAfter: start, until: end, limit: settings.itemsMax)
        for (performance, hold) in found {
            try await door.submit(hold, to: OrdersLapseBatch.self, in: performance)
        }
        // A full page may have left some behind: the same stretch is asked again.
        return found.count < settings.itemsMax ? end : start
    }
}
