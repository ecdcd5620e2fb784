import Foundation
import LedgerStore
import Logging
import Postgres
import SocketLoop
import Synchronization
import TestSupport
import Ticketing
import Wire

/// A ledger and a sandbox's book that are filled by real sales, without the services around them.
final class AuditLedger: Sendable {
    /// Customers at once, of each performance.
    private static let customers = 256
    private static let seatsOfOrder = 2

    let database: String
    private let bookDatabase: String
    private let server: PostgresServer
    private let pool: PostgresPool
    private let book: PostgresPool
    private let running: Task<Void, Never>
    private let chart: SeatingChartID
    private let organizer: CustomerID
    private let paid = Atomic(0)

    /// Orders that fill a performance.
    let ordersOfPerformance: Int
    var ordersPaid: Int { paid.load(ordering: .relaxed) }

    /// What the services, and the audit, are told of it.
    var settings: [String: String] {
        [
            "BOXOFFICE_DATABASE_HOSTS": "127.0.0.1:\(server.port)", "BOXOFFICE_DATABASE_NAME": database,
            "BOXOFFICE_DATABASE_USER": "postgres", "BOXOFFICE_SANDBOX_DATABASE_NAME": bookDatabase,
            "BOXOFFICE_SANDBOX_WEBHOOK_URL": "http://127.0.0.1:1/", "BOXOFFICE_SANDBOX_KEYS": Self.keys,
            "BOXOFFICE_PROOF_KEYS": Self.keys,
        ]
    }
    private static let keys = "benchmark:" + String(repeating: "07", count: 32)

    init(server: PostgresServer, seatCount: Int) async throws {
        self.server = server
        ordersOfPerformance = seatCount / Self.seatsOfOrder
        database = try server.makeDatabase()
        bookDatabase = try server.makeDatabase()
        let loop = SocketLoop(name: "audit-benchmark")
        let pool = Self.pool(database, of: server, loop)
        let book = Self.pool(bookDatabase, of: server, loop)
        (self.pool, self.book) = (pool, book)
        running = Task {
            async let ledger: Void = pool.run()
            await book.run()
            await ledger
        }
        await pool.waitUntilReady()
        await book.waitUntilReady()
        try await Migrator(pool: pool, logger: Logger(label: "audit-benchmark")).migrate()
        try await SandboxBookStore(pool: book).migrate()
        organizer = CustomerID(at: .now)
        _ = try await CustomerStore(pool: pool).register(
            organizer, role: .organizer, email: "organizer@example.org", name: "Organizer", passwordHash: "")
        chart = SeatingChartID(at: .now)
        let seats = (0..<seatCount).map { NewChart.Seat(priceLevel: 0, label: "Seat \($0)") }
        try await CatalogueStore(pool: pool).insert(
            NewChart(chartID: chart, name: "Hall", document: Array("{}".utf8), seats: seats))
    }

    deinit { running.cancel() }

    /// Sells a performance of its own: so many orders, from hold to ticket, by customers who come at once.
    func sell(orders: Int) async throws {
        let performance = try await makePerformance()
        let door = PerformanceDoor(pool: pool)
        let sale = Sold()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.customers {
                group.addTask { [self] in
                    while let order = sale.next(below: orders) {
                        sale.add(try await sell(order, of: performance, at: door))
                    }
                }
            }
            try await group.waitForAll()
        }
        let all = sale.charges
        for start in stride(from: 0, to: all.count, by: 1_000) {
            _ = try await SandboxBookStore(pool: book).start(Array(all[start..<min(start + 1_000, all.count)]))
        }
        paid.add(orders, ordering: .relaxed)
    }

    private func sell(
        _ place: Int, of performance: PerformanceID, at door: PerformanceDoor
    ) async throws
        -> SandboxChargeStart
    {
        let now = Timestamp.now
        let (customer, hold, order, payment) = (
            CustomerID(at: now), HoldID(at: now), OrderID(at: now), PaymentID(at: now)
        )
        let fingerprint = [UInt8](repeating: 7, count: 32)
        let answer = try Answer(OrderQuestion(orderId: order, customerId: customer), status: 201)
        let first = place * Self.seatsOfOrder
        let wish = HoldItem(
            holdID: hold, customerID: customer, idempotencyKey: "hold", fingerprint: fingerprint, requestID: "\(place)",
            seatIndexes: (first..<first + Self.seatsOfOrder).map { SeatIndex($0) })
        guard case .held = try await door.hold(wish, in: performance) else { throw StoreBenchmarkFailure.notHeld }
        let created = try await door.submit(
            OrderCreateBatch.Item(
                orderID: order, key: DoorItemKey(customerID: customer, key: "order", fingerprint: fingerprint),
                holdIDs: [hold], answer: { _ in answer }),
            to: OrderCreateBatch.self, in: performance)
        guard case .created = created.decision else { throw StoreBenchmarkFailure.notHeld }
        let begun = try await door.submit(
            PaymentBeginBatch.Item(
                paymentID: payment, orderID: order,
                key: DoorItemKey(customerID: customer, key: "payment", fingerprint: fingerprint), methodType: "card",
                methodToken: "sandbox_succeed", provider: "sandbox", leaseSeconds: 60, answer: { _ in answer }),
            to: PaymentBeginBatch.self, in: performance)
        guard case .begun(let attempt) = begun else { throw StoreBenchmarkFailure.notHeld }
        var random = SystemRandomNumberGenerator()
        let tickets = (0..<attempt.seatCount).map { _ in
            TicketStub(id: TicketID(at: now), code: "\(random.next())-\(random.next())")
        }
        let settled = try await door.submit(
            PaymentSettleBatch.Item(
                paymentID: payment, observation: .succeeded(reference: "\(payment)"), tickets: tickets,
                transferIDs: (TransferID(at: now), TransferID(at: now)), refundID: RefundID(at: now),
                extensionSeconds: 60, answer: { _ in answer }),
            to: PaymentSettleBatch.self, in: performance)
        guard settled.decision == .sold else { throw StoreBenchmarkFailure.notHeld }
        return SandboxChargeStart(
            paymentID: payment, amount: attempt.amount, token: "sandbox_succeed", state: .succeeded, declineCode: nil,
            dueSeconds: nil, webhooks: [])
    }

    private func makePerformance() async throws -> PerformanceID {
        let now = Timestamp.now
        let performance = NewPerformance(
            performanceID: PerformanceID(at: now), chartID: chart, startsAt: now.advanced(bySeconds: 86_400),
            onSaleAt: now.advanced(bySeconds: -60), saleEndsAt: now.advanced(bySeconds: 86_400), currency: "KRW",
            seatsPerCustomerMax: 6, holdSeconds: 3_600, paymentSeconds: 600,
            priceLevels: [
                NewPriceLevel(
                    priceLevelID: "all", name: "All", color: "#888888", priceMinor: 55_000, serviceFeeMinor: 2_000)
            ])
        try await CatalogueStore(pool: pool).insert(
            NewEvent(
                eventID: EventID(at: now), organizerID: organizer, title: "Benchmark", description: "",
                venue: .new(VenueID(at: now), name: "Hall"), performances: [performance]))
        return performance.performanceID
    }

    private static func pool(_ database: String, of server: PostgresServer, _ loop: SocketLoop) -> PostgresPool {
        var settings = PostgresSettings(
            hosts: [PostgresHost(host: "127.0.0.1", port: server.port)], database: database, user: "postgres",
            applicationName: "audit-benchmark")
        settings.deadlineMilliseconds = 120_000
        settings.statementTimeoutMilliseconds = 120_000
        settings.silenceMaxMilliseconds = 120_000
        return PostgresPool(settings: settings, loop: loop, logger: Logger(label: "audit-benchmark"))
    }
}

/// What customers who come at once share: which order is next, and the charges so far.
private final class Sold: Sendable {
    private let state = Mutex((next: 0, charges: [SandboxChargeStart]()))

    var charges: [SandboxChargeStart] { state.withLock { $0.charges } }

    func next(below end: Int) -> Int? {
        state.withLock { state in
            guard state.next < end else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func add(_ charge: SandboxChargeStart) {
        state.withLock { $0.charges.append(charge) }
    }
}
