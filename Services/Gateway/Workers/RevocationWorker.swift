import ActorTransport
import Contracts
import Logging
import ServiceLifecycle
import Ticketing
import Wire

/// Asks every two seconds which sessions ended before their time (DESIGN 9).
struct RevocationWorker: Service {
    static let interval: Duration = .seconds(2)

    let actors: ContractActors
    let revocations: RevocationList
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await ask()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func ask() async {
        let askedAt = ContinuousClock.now
        do {
            // One question in place of one for each payment.
            let context = CallContext(deadline: askedAt + Self.interval, priority: .pay)
            let feed = try await CallContext.$current.withValue(context) {
                try await actors.customers("revocations")
                    .revocations(RevocationFeedRequest(since: revocations.cursor))
            }
            revocations.update(by: feed, askedAt: askedAt, now: .now)
        } catch {
            logger.debug("the revocations could not be asked for", metadata: ["error": "\(error)"])
        }
    }
}
