import LedgerStore
import Logging
import Ticketing

/// Makes the maps of sales ready that are about to open or opened lately, at every replica: whoever is asked first, or goes
/// on for one that died, has nothing to read while a crowd waits for it.
struct OpeningsWorker: Sendable {
    /// A sale may be put on, open at once, and have its crowd a quarter of a second later; to look costs some 50 µs.
    static let interval = Duration.milliseconds(100)
    /// A crowd is there from so long before the opening …
    static let gathering = Duration.seconds(60)
    /// … until so long after it.
    static let rush = Duration.seconds(600)
    /// The last ones to open, where more open at once.
    static let performancesMax = 64

    let catalogue: CatalogueStore
    let maps: SeatMaps
    let logger: Logger

    /// Looks until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            for performance in await performancesOpening() { await prepare(performance) }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func performancesOpening() async -> [PerformanceID] {
        do {
            return try await catalogue.performances(
                openedWithin: Self.rush, opensWithin: Self.gathering, limit: Self.performancesMax)
        } catch {
            logger.debug("sales that open could not be asked for", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func prepare(_ performance: PerformanceID) async {
        do {
            try await maps.prepare(performance)
        } catch {
            logger.debug(
                "a map was not made ready", metadata: ["performance_id": "\(performance)", "error": "\(error)"])
        }
    }
}
