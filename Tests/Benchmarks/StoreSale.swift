import LedgerStore
import Logging
import Postgres
import SocketLoop
import Synchronization
import TestSupport
import Ticketing

/// A ledger with a large hall, and customers who hold its seats.
final class StoreSale: Sendable {
    /// Enough for one round.
    static let seatCount = 200_000

    let database: String
    private let server: PostgresServer
    private let loop = SocketLoop(name: "store-benchmark")
    let pool: PostgresPool
    private let running: Task<Void, Never>
    private let chart: SeatingChartID
    private let organizer: CustomerID

    /// A PostgreSQL that syncs its disk, and makes no checkpoint of its own accord while it is measured.
    static func startServer() throws -> PostgresServer {
        let server = try PostgresServer(settings: [
            "fsync=on", "full_page_writes=on", "shared_buffers=256MB", "max_wal_size=8GB", "checkpoint_timeout=1h",
        ])
        try server.startAndWait()
        return server
    }

    init(server: PostgresServer) async throws {
        self.server = server
        database = try server.makeDatabase()
        var settings = PostgresSettings(
            hosts: [PostgresHost(host: "127.0.0.1", port: server.port)], database: database, user: "postgres",
            applicationName: "store-benchmark")
        settings.deadlineMilliseconds = 120_000
        settings.statementTimeoutMilliseconds = 120_000
        settings.silenceMaxMilliseconds = 120_000
        let logger = Logger(label: "store-benchmark")
        let pool = PostgresPool(settings: settings, loop: loop, logger: logger)
        self.pool = pool
        running = Task { await pool.run() }
        try await Migrator(pool: pool, logger: logger).migrate()
        organizer = CustomerID(at: .now)
        _ = try await CustomerStore(pool: pool).register(
            organizer, role: .organizer, email: "organizer@example.org", name: "Organizer", passwordHash: "")
        chart = SeatingChartID(at: .now)
        let seats = (0..<Self.seatCount).map { NewChart.Seat(priceLevel: 0, label: "\($0)") }
        try await CatalogueStore(pool: pool).insert(
            NewChart(chartID: chart, name: "Hall", document: Array("{}".utf8), seats: seats))
    }

    deinit { running.cancel() }

    func makePerformance() async throws -> PerformanceID {
        let performance = NewPerformance(
            performanceID: PerformanceID(at: .now), chartID: chart, startsAt: Timestamp.now.advanced(bySeconds: 86_400),
            onSaleAt: Timestamp.now.advanced(bySeconds: -60), saleEndsAt: Timestamp.now.advanced(bySeconds: 86_400),
            currency: "KRW", seatsPerCustomerMax: 6, holdSeconds: 600, paymentSeconds: 120,
            priceLevels: [
                NewPriceLevel(
                    priceLevelID: "all", name: "All", color: "#888888", priceMinor: 55_000, serviceFeeMinor: 2_000)
            ])
        let event = NewEvent(
            eventID: EventID(at: .now), organizerID: organizer, title: "Benchmark", description: "",
            venue: .new(VenueID(at: .now), name: "Hall"), performances: [performance])
        try await CatalogueStore(pool: pool).insert(event)
        return performance.performanceID
    }

    /// Makes customers who have made so many holds each in a performance, one after the other; all of them lapsed.
    func makeRegulars(
        _ count: Int, withLapsedHolds past: Int, in performance: PerformanceID
    ) async throws -> [CustomerID] {
        let regulars = (0..<count).map { _ in CustomerID(at: .now) }
        let lapsed = Statement(
            name: "lapsed_holds",
            sql: """
                INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id,
                    seat_indexes, created_at, expires_at, state, subtotal_minor, service_fee_minor, currency)
                SELECT gen_random_uuid(), $1, c.customer_id, 'past-' || n, '', 'past', ARRAY[n],
                    now() - interval '20 minutes', now() - interval '10 minutes', 'expired', 0, 0, 'KRW'
                FROM unnest($2::uuid[]) AS c (customer_id) CROSS JOIN generate_series(1, $3::integer) AS n
                ORDER BY n
                """)
        _ = try await pool.execute(lapsed, [performance, regulars, past])
        return regulars
    }

    /// Lets customers hold seats that nobody else wants: each time somebody new, or whom `customer` names for the n-th.
    func hold(
        _ performance: PerformanceID, seats: Int, customers: Int, seconds: Int,
        by customer: @escaping @Sendable (Int) -> CustomerID = { _ in CustomerID(at: .now) }
    ) async throws -> Round {
        let door = PerformanceDoor(pool: pool)
        let groups = GroupCounter()
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + .seconds(seconds)
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<customers {
                group.addTask {
                    var latencies: [Double] = []
                    while clock.now < end {
                        let group = groups.next()
                        guard (group + 1) * seats <= Self.seatCount else { break }
                        let wish = HoldItem(
                            holdID: HoldID(at: .now), customerID: customer(group), idempotencyKey: "hold-\(group)",
                            fingerprint: [UInt8](repeating: 7, count: 32), requestID: "request-\(group)",
                            seatIndexes: (0..<seats).map { SeatIndex(group * seats + $0) })
                        let began = clock.now
                        guard case .held = try await door.hold(wish, in: performance) else {
                            throw StoreBenchmarkFailure.notHeld
                        }
                        latencies.append((clock.now - began) / .milliseconds(1))
                    }
                    return latencies
                }
            }
            var all: [Double] = []
            for try await some in group { all += some }
            return all
        }
        let elapsed = (clock.now - start) / .seconds(1)
        return Round(latencies: latencies, seconds: elapsed)
    }
}

enum StoreBenchmarkFailure: Error {
    case notHeld
    case unreadable(String)
}

/// Gives each hold seats of its own.
private final class GroupCounter: Sendable {
    private let count = Atomic(0)

    func next() -> Int {
        count.add(1, ordering: .relaxed).oldValue
    }
}
