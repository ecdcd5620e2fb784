import LedgerStore
import Postgres
import TestSupport
import Ticketing

/// A migrated database with a service's pool, and what tests need to sell seats on it.
struct TestLedger: Sendable {
    let cluster: TestCluster
    let database: String
    /// Logged in as a service.
    let pool: PostgresPool

    /// Runs `body` with a ledger of its own.
    static func with<Value: Sendable>(_ body: @Sendable (TestLedger) async throws -> Value) async throws -> Value {
        try await with(on: try await TestCluster.shared(), body)
    }

    /// The same, on another server.
    static func with<Value: Sendable>(
        on cluster: TestCluster, _ body: @Sendable (TestLedger) async throws -> Value
    ) async throws -> Value {
        let database = try await cluster.makeLedgerDatabase()
        return try await cluster.withPool(database: database, user: TestCluster.serviceRole) { pool in
            try await body(TestLedger(cluster: cluster, database: database, pool: pool))
        }
    }

    /// A second process: a pool and a loop of its own.
    func withSecondPool<Value: Sendable>(_ body: @Sendable (PostgresPool) async throws -> Value) async throws -> Value {
        try await cluster.withPool(
            database: database, user: TestCluster.serviceRole, loop: otherTestLoop, body)
    }

    /// SQL as the superuser, aside of what is tested.
    @discardableResult
    func execute(_ sql: String) async throws -> String { try await cluster.server.executed(sql, in: database) }

    func execute(count sql: String) async throws -> Int { Int(try await execute(sql)) ?? -1 }

    // MARK: A sale

    /// What a test's performance is like. Levels cost 1000, 2000 and 3000 with fees of 0, 100 and 200.
    struct Sale: Sendable {
        var seatCount = 60
        var seatsPerCustomerMax = 6
        var holdSeconds = 600
        var paymentSeconds = 60
        var onSaleAfterSeconds: Int64 = -60
        var endsAfterSeconds: Int64 = 3_600
    }

    func makeCustomer(role: CustomerRole = .customer) async throws -> CustomerID {
        let id = newID(Entity.Customer.self)
        let registration = try await CustomerStore(pool: pool).register(
            id, role: role, email: "\(id)@example.org", name: "Somebody", passwordHash: "none")
        precondition(registration == .registered)
        return id
    }

    /// Seat i has price level i % 3.
    func makeChart(seatCount: Int) async throws -> SeatingChartID {
        let id = newID(Entity.SeatingChart.self)
        let seats = (0..<seatCount).map { NewChart.Seat(priceLevel: Int16($0 % 3), label: "Seat \($0)") }
        try await CatalogueStore(pool: pool).insert(
            NewChart(chartID: id, name: "Hall", document: Array("{}".utf8), seats: seats))
        return id
    }

    func makeNewPerformance(_ sale: Sale, chart: SeatingChartID) -> NewPerformance {
        let now = Timestamp.now
        return NewPerformance(
            performanceID: newID(Entity.Performance.self), chartID: chart,
            startsAt: now.advanced(bySeconds: 86_400), onSaleAt: now.advanced(bySeconds: sale.onSaleAfterSeconds),
            saleEndsAt: now.advanced(bySeconds: sale.endsAfterSeconds), currency: "KRW",
            seatsPerCustomerMax: sale.seatsPerCustomerMax, holdSeconds: sale.holdSeconds,
            paymentSeconds: sale.paymentSeconds,
            priceLevels: (0..<3).map {
                NewPriceLevel(
                    priceLevelID: "level-\($0)", name: "Level \($0)", color: "#ffffff",
                    priceMinor: Int64(1000 * ($0 + 1)), serviceFeeMinor: Int64(100 * $0))
            })
    }

    func makePerformance(_ change: (inout Sale) -> Void = { _ in }) async throws -> PerformanceID {
        var sale = Sale()
        change(&sale)
        let performance = makeNewPerformance(sale, chart: try await makeChart(seatCount: sale.seatCount))
        try await CatalogueStore(pool: pool).insert(
            NewEvent(
                eventID: newID(Entity.Event.self), organizerID: try await makeCustomer(role: .organizer),
                title: "A show", description: "About nothing", venue: .new(newID(Entity.Venue.self), name: "A hall"),
                performances: [performance]))
        return performance.performanceID
    }

    /// States of some seats, as the rows say.
    func states(_ performance: PerformanceID) async throws -> [Int] {
        try await execute("SELECT state FROM seat WHERE performance_id = '\(performance)' ORDER BY seat_index")
            .split(separator: "\n").compactMap { Int($0) }
    }

    /// Puts each hold that there is into one more order of its customer.
    func orderEachHold() async throws {
        try await execute(
            """
            INSERT INTO "order" (order_id, performance_id, customer_id, idempotency_key, subtotal_minor,
                service_fee_minor, currency, hold_ids)
            SELECT gen_random_uuid(), performance_id, customer_id, gen_random_uuid()::text, subtotal_minor,
                service_fee_minor, currency, ARRAY[hold_id] FROM hold
            """)
    }

    /// Makes deadlines of a performance's holds pass.
    func letHoldsLapse(_ performance: PerformanceID) async throws {
        try await execute(
            """
            UPDATE hold SET created_at = created_at - interval '1 day', expires_at = clock_timestamp()
                WHERE performance_id = '\(performance)';
            UPDATE seat SET held_until = clock_timestamp() WHERE performance_id = '\(performance)' AND state = 1
            """)
    }
}

func newID<Kind>(_: Kind.Type) -> Identifier<Kind> { Identifier(at: Timestamp.now) }

/// A wish with a new id and, unless given, a new customer and key.
func wish(
    _ seats: [SeatIndex], customer: CustomerID = newID(Entity.Customer.self), key: String? = nil,
    fingerprint: [UInt8] = [1], requestID: String = "request-1"
) -> HoldItem {
    let id = newID(Entity.Hold.self)
    return HoldItem(
        holdID: id, customerID: customer, idempotencyKey: key ?? "key-\(id)", fingerprint: fingerprint,
        requestID: requestID, seatIndexes: seats)
}
