import LedgerStore
import Logging
import Ticketing

/// Publishes the heads of histories that went on, whether somebody asks for them or not.
struct HeadWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause between two rounds.
        var pauseSeconds = 60
        /// Performances of one round.
        var performancesMax = 1_000
    }

    let store: ProofStore
    let desk: ProofDesk
    let settings: Settings
    let logger: Logger

    /// Publishes until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            await publishAll()
            try await Task.sleep(for: .seconds(settings.pauseSeconds))
        }
    }

    /// One round.
    func publishAll() async {
        do {
            for performance in try await store.performancesToPublish(limit: settings.performancesMax) {
                do {
                    _ = try await desk.head(of: performance, at: .now)
                } catch let failure as ProofFailure {
                    logger.critical("a history does not hold", metadata: ["failure": "\(failure)"])
                }
            }
        } catch {
            logger.warning("heads were not published", metadata: ["error": "\(error)"])
        }
    }
}
