public import LedgerStore
public import Logging
import Metrics
public import Redis
import Wire

/// Publishes what batches changed, after their commits and in their order. A sale never waits for Redis: what can't be
/// published is dropped, and viewers heal by asking.
public struct SeatDeltaRelay: Sendable {
    /// Deltas that wait for Redis; older ones are dropped.
    public static let bufferItemsMax = 4_096

    private let redis: RedisClient
    private let logger: Logger
    private let deltas: AsyncStream<DoorReading>
    private let intake: AsyncStream<DoorReading>.Continuation
    private let failed = Counter(label: "seat_deltas_unpublished_total")

    /// Publishes through a client that somebody else runs.
    public init(redis: RedisClient, logger: Logger) {
        self.redis = redis
        self.logger = logger
        (deltas, intake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.bufferItemsMax))
    }

    /// Takes a batch's reading; never blocks.
    public func take(_ reading: DoorReading) {
        guard reading.sequence != reading.afterSequence else { return }
        if case .dropped = intake.yield(reading) { failed.increment() }
    }

    /// Takes nothing more: `run` returns once what was taken is published.
    public func finish() {
        intake.finish()
    }

    /// Publishes until it is cancelled or finished.
    public func run() async throws {
        for await reading in deltas {
            guard let delta = reading.delta,
                let message = try? WireJSON.encode(SeatDeltaMessage(delta, committedAt: reading.databaseTime))
            else { continue }
            do {
                try await redis.publish(channel: SeatChannel.name(of: reading.performanceID), message: message)
            } catch {
                failed.increment()
                logger.debug("a delta was not published", metadata: ["cause": "\(error)"])
            }
        }
    }
}
