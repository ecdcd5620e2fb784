import ArgumentParser
import LedgerStore
import Logging
import Postgres
import Redis
import SeatFeed
import ServiceRuntime
import SocketLoop
import Telemetry
import Ticketing

/// Books a refused refund that was given back by hand.
struct RefundsSettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle", abstract: "Book a refused refund that was given back by hand.",
        discussion: """
            The provider's own book is read first: the money has to be gone there, as by a refund in its dashboard. \
            With --outside-of-provider it has to be there still: it went back another way, as by a bank transfer of ours.

            Exit codes: 0 it is booked, now or before; 1 it is not, and why.
            """)

    private static let noteCharactersMax = 1_000

    @Argument(help: "The refund's id.")
    var refund: String

    @Option(help: "How it was given back, in your own words: kept with the refund.")
    var note: String

    @Flag(help: "It went back another way than through the provider.")
    var outsideOfProvider = false

    func validate() throws {
        guard RefundID(refund) != nil else { throw ValidationError("That is no refund's id.") }
        guard (1...Self.noteCharactersMax).contains(note.unicodeScalars.count) else {
            throw ValidationError("--note takes 1 to \(Self.noteCharactersMax) characters.")
        }
    }

    func run() async throws {
        guard let id = RefundID(refund) else { throw ValidationError("That is no refund's id.") }
        var (database, redisSettings, providers) = ServiceRuntime.settingsOrExit { reader in
            (PaymentDatabases.ledger(reader), PaymentSettings.redis(reader), ProviderSettings(reader))
        }
        database.connectionsMax = 1
        database.applicationName = "payment-refunds"
        database.connectionWaitMilliseconds = 10_000
        Telemetry.bootstrap(service: "payment-refunds", level: .warning)
        let logger = Logger(label: "refunds")
        let loop = SocketLoop()
        let pool = PostgresPool(settings: database, loop: loop, logger: logger)
        let redis = RedisClient(settings: redisSettings, loop: loop, logger: logger)
        let relay = SeatDeltaRelay(redis: redis, logger: logger)
        let connection = Task { await redis.run() }
        defer { connection.cancel() }
        let publishing = Task { _ = try? await relay.run() }
        defer { publishing.cancel() }
        let outcome = try await pool.whileRunning { [note, outsideOfProvider, providers] in
            try await AuditBooks.withBooks(of: providers) { books in
                try await RefundsByHand(
                    door: PerformanceDoor(pool: pool, onBatch: { relay.take($0) }), refunds: RefundsStore(pool: pool),
                    books: books
                ).book(id, note: note, isOutside: outsideOfProvider)
            }
        }
        // Whoever watches sees the seats come free before this process is gone.
        relay.finish()
        await publishing.value
        print(Self.text(outcome))
        if !outcome.isBooked { throw ExitCode(1) }
    }

    private static func text(_ outcome: RefundByHand) -> String {
        switch outcome {
        case .book: "booked as given back"
        case .booked: "was booked as given back before"
        case .made: "it is made already; nothing was written"
        case .onItsWay:
            "the provider is being asked for it, or for another refund of its payment; try again when that has ended"
        case .notCharged: "the provider's book has no charge of its payment; nothing was written"
        case .notGivenBack(let provider, let clearing):
            "the provider's book does not show it: it has \(provider) of the payment, the ledger \(clearing); nothing "
                + "was written. Did it go back past the provider? --outside-of-provider"
        case .givenBackThere(let provider, let clearing):
            "the provider gave something back: it has \(provider) of the payment, the ledger \(clearing); nothing was "
                + "written. Without --outside-of-provider that is what is booked"
        case .changed: "something of its payment was written at this moment; try again"
        case .notFound: "there is no such refund"
        }
    }
}

extension RefundByHand {
    /// Whether the ledger has it.
    fileprivate var isBooked: Bool {
        switch self {
        case .book, .booked: true
        case .made, .onItsWay, .notCharged, .notGivenBack, .givenBackThere, .changed, .notFound: false
        }
    }
}
