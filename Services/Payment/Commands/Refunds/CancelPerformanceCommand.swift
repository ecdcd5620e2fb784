import ArgumentParser
import Foundation
import LedgerStore
import Logging
import Postgres
import Redis
import SeatFeed
import ServiceRuntime
import SocketLoop
import Telemetry
import Ticketing
import Wire

/// Ends a performance's sale for good, and shows how its money goes back. Running payment services do the work: whoever
/// stops watching stops nothing, and whoever asks again goes on watching.
struct CancelPerformanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel-performance",
        abstract: "Cancel a performance: nothing of it is sold any more, everybody gets everything back.")

    private static let pollMilliseconds = 500

    @Argument(help: "The performance's id.")
    var performance: String

    @Option(help: "Why, in your own words.")
    var reason: String

    @Flag(help: "Do not wait for the refunds.")
    var detach = false

    func run() async throws {
        guard let performance = PerformanceID(performance) else {
            throw ValidationError("That is no performance's id.")
        }
        var (database, redisSettings) = ServiceRuntime.settingsOrExit { reader in
            (PaymentDatabases.ledger(reader), PaymentSettings.redis(reader))
        }
        database.connectionsMax = 1
        database.applicationName = "payment-cancel-performance"
        database.connectionWaitMilliseconds = 10_000
        Telemetry.bootstrap(service: "payment-cancel-performance", level: .warning)
        let logger = Logger(label: "cancel-performance")
        let loop = SocketLoop()
        let pool = PostgresPool(settings: database, loop: loop, logger: logger)
        let redis = RedisClient(settings: redisSettings, loop: loop, logger: logger)
        let relay = SeatDeltaRelay(redis: redis, logger: logger)
        let publishing = Task {
            async let connection: Void = redis.run()
            try? await relay.run()
            await connection
        }
        defer { publishing.cancel() }
        let command = CancellationCommand(
            askerId: Operator.id, asker: .operator, performanceId: performance, idempotencyKey: Operator.key(nil),
            fingerprint: Operator.fingerprint([performance.description, reason]), reason: reason)
        let finished = try await pool.whileRunning { [detach] in
            let door = PerformanceDoor(pool: pool, onBatch: { relay.take($0) })
            let answer = try await Refunds(door: door, on: pool).cancel(command)
            if answer.isProblem {
                print(answer.bodyText)
                throw ExitCode(1)
            }
            return try await Self.watch(performance, in: CancellationsStore(pool: pool), once: detach)
        }
        if let finished, finished.refundsRefused > 0 {
            print("\(finished.refundsRefused) refunds were refused by the provider: payment refunds list")
            throw ExitCode(1)
        }
    }

    /// Shows how far it is until it is finished; nil when it is not yet.
    private static func watch(
        _ performance: PerformanceID, in store: CancellationsStore, once: Bool
    ) async throws -> CancellationResource? {
        let question = PerformanceSalesRequest(performanceId: performance, organizerId: Operator.id, isAdmin: true)
        var progress = ProgressLine(isTerminal: isatty(STDOUT_FILENO) == 1)
        while let now = try await store.cancellation(question) {
            let text = progress.text(
                done: now.ticketsRefunded, of: now.ticketCount, isFinished: now.state == .finished,
                note: "\(MoneyText.text(now.refunded)) of \(MoneyText.text(now.amount)) given back"
                    + (now.refundsRefused > 0 ? ", \(now.refundsRefused) refused" : ""))
            if let text { try FileHandle.standardOutput.write(contentsOf: Array(text.utf8)) }
            if now.state == .finished { return now }
            if once { return nil }
            try await Task.sleep(for: .milliseconds(pollMilliseconds))
        }
        return nil
    }
}
