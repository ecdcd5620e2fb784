import LedgerStore
import Logging
import Synchronization
import Ticketing

/// Shares seats that became free out among those who wait for some, and frees the rest.
///
/// Every replica runs one: what is there is shared once, under the performance's lock. Where none runs, seats are free
/// when the time of those who should have shared them is over.
struct WaitingListWorker: Sendable {
    /// Performances that are being shared out.
    final class UnderWay: Sendable {
        /// So many at once; more wait until one of them is through.
        static let performancesMax = 64

        private let performances = Mutex<Set<PerformanceID>>([])

        /// Whether a performance is to be begun with: it is not under way, and there are not too many.
        func begin(_ performance: PerformanceID) -> Bool {
            performances.withLock { $0.count < Self.performancesMax && $0.insert(performance).inserted }
        }

        func end(_ performance: PerformanceID) { performances.withLock { _ = $0.remove(performance) } }
    }

    static let interval: Duration = .milliseconds(200)

    let lists: WaitingListStore
    let maps: SeatMaps
    let door: PerformanceDoor
    let logger: Logger
    private let underWay = UnderWay()

    /// Looks until it is cancelled. A performance that takes its time holds up no other one.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for performance in await performancesToShare() where underWay.begin(performance) {
                    group.addTask {
                        await share(performance)
                        underWay.end(performance)
                    }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func performancesToShare() async -> [PerformanceID] {
        do {
            // Some of them may be under way.
            return try await lists.performancesToShare(limit: 2 * UnderWay.performancesMax)
        } catch {
            logger.debug("waiting lists could not be asked for", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func share(_ performance: PerformanceID) async {
        do {
            guard let geometry = try await maps.geometry(of: performance) else { return }
            let item = WaitingListBatch.Item { wish, left in
                var request = SeatGroupRequest(quantity: wish.quantity)
                request.priceLevel = wish.priceLevel
                // Places without neighbours are as good for a group as neighbours are.
                request.mayBeSplit = true
                return geometry.proposal(for: request) { left.contains($0) }
            }
            _ = try await door.submit(item, to: WaitingListBatch.self, in: performance)
        } catch {
            logger.warning(
                "freed seats were not shared out",
                metadata: ["performance_id": "\(performance)", "error": "\(error)"])
        }
    }
}
