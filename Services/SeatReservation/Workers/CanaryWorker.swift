import LedgerStore
import Logging
import Wire

/// Keeps the canary's clock going: the ledger decides which of all replicas moves it, once in each interval.
struct CanaryWorker: Sendable {
    let interval: Duration
    let store: CanaryStore
    let door: PerformanceDoor
    let logger: Logger

    /// Asks the ledger each time that the clock is due, until it is cancelled.
    func run() async {
        let milliseconds = Int32(interval / .milliseconds(1))
        while !Task.isCancelled {
            var pause = interval
            do {
                switch try await door.submit(milliseconds, to: CanaryBatch.self, in: SeatCanary.performanceID) {
                // A moment later, so that the replicas don't all come at once.
                case .due(let left): pause = .milliseconds(max(0, left) + Int.random(in: 5...100))
                case .notThere:
                    try await store.make()
                    pause = .milliseconds(100)
                }
            } catch {
                logger.debug("the canary's clock was not moved", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: pause)
        }
    }
}
