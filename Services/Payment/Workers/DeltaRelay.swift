import LedgerStore
import Logging
import Metrics
import Redis
import Wire

/// Publishes what batches changed, after their commits and in their order. A sale never waits for Redis: what can't be
/// published is dropped, and viewers heal by asking.
struct DeltaRelay: Sendable {
    /// Deltas that wait for Redis; older ones are dropped.
    static let bufferItemsMax = 4_096

    private let redis: RedisClient
    private let logger: Logger
    private let deltas: AsyncStream<DoorReading>
    private let intake: AsyncStream<DoorReading>.Continuation
    private let failed = Counter(label: "seat_deltas_unpublished_total")

    init(redis: RedisClient, logger: Logger) {
        self.redis = redis
        self.logger = logger
        (deltas, intake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferItemsMax))
    }

    /// Takes a batch's reading; never blocks.
    func take(_ reading: DoorReading) {
        guard reading.sequence != reading.afterSequence else { return }
        if case .dropped = intake.yield(reading) { failed.increment() }
    }

    /// Publishes until it is cancelled.
    func run() async throws {
        for await reading in deltas {
            guard let delta = reading.delta, let message = try? WireJSON.encode(delta) else { continue }
            do {
                try await redis.publish(channel: SeatChannel.name(of: reading.performanceID), message: message)
            } catch {
                failed.increment()
                logger.debug("a delta was not published", metadata: ["cause": "\(error)"])
            }
        }
    }
}
