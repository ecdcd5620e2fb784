import LedgerStore
import Logging
import Ticketing

/// Shares seats that became free out among those who wait for some, and frees the rest.
///
/// Every replica runs one: what is there is shared once, under the performance's lock. Where none runs, seats are free
/// when the time of those who should have shared them is over.
struct WaitingListWorker: Sendable {
    static let interval: Duration = .milliseconds(200)

    let lists: WaitingListStore
    let maps: SeatMaps
    let door: PerformanceDoor
    let logger: Logger

    /// Looks until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            await share()
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func share() async {
        do {
            let performances = try await lists.performancesToShare()
            await withDiscardingTaskGroup { group in
                for performance in performances { group.addTask { await share(performance) } }
            }
        } catch {
            logger.debug("waiting lists could not be asked for", metadata: ["error": "\(error)"])
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
