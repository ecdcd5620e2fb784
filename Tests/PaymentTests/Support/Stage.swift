import LedgerStore
import Postgres
import TestSupport
import Ticketing
import Wire

@testable import Payment

/// A ledger, a sandbox and the payment service's own parts, without its listener.
struct Stage: Sendable {
    let databases: TestDatabases
    let ledgerName: String
    let bookName: String
    let pool: PostgresPool
    let bookPool: PostgresPool
    let book: SandboxBookStore
    let door: PerformanceDoor
    let orders: OrdersStore
    let payments: PaymentsStore
    let tickets: TicketsStore
    let signature: WebhookSignature
    let sandbox: SandboxProvider
    let settlement: Settlement
    let checkout: Checkout
    let reader: OrderReader
    let webhooks: WebhookReception
    let reconciliation: ReconciliationWorker

    /// Runs `body` with databases of its own.
    static func with<Value: Sendable>(
        settings: CheckoutSettings = .forTests, late: Double = 0, _ body: @Sendable (Stage) async throws -> Value
    ) async throws -> Value {
        let databases = try await TestDatabases.shared()
        let names = try await databases.make()
        return try await databases.withPool(names.ledger) { pool in
            try await databases.withPool(names.book, connections: 2) { bookPool in
                try await body(
                    Stage(
                        databases: databases, names: names, pool: pool, bookPool: bookPool, settings: settings,
                        late: late))
            }
        }
    }

    /// Another process's parts on the same databases.
    func replica(on pool: PostgresPool) -> Stage {
        Stage(
            databases: databases, names: (ledgerName, bookName), pool: pool, bookPool: bookPool, settings: .forTests,
            late: 0)
    }

    init(
        databases: TestDatabases, names: (ledger: String, book: String), pool: PostgresPool, bookPool: PostgresPool,
        settings: CheckoutSettings, late: Double
    ) {
        self.databases = databases
        ledgerName = names.ledger
        bookName = names.book
        self.pool = pool
        self.bookPool = bookPool
        book = SandboxBookStore(pool: bookPool)
        door = PerformanceDoor(pool: pool)
        orders = OrdersStore(pool: pool)
        payments = PaymentsStore(pool: pool)
        tickets = TicketsStore(pool: pool)
        signature = WebhookSignature(keys: [WebhookSignature.Key(id: "test", secret: [UInt8](repeating: 7, count: 32))])
        var sandboxSettings = SandboxProvider.Settings()
        sandboxSettings.lateSeconds = late
        sandbox = SandboxProvider(book: book, signature: signature, settings: sandboxSettings)
        settlement = Settlement(door: door, provider: sandbox, settings: settings, logger: testLogger)
        checkout = Checkout(
            door: door, orders: orders, provider: sandbox, settlement: settlement, settings: settings,
            logger: testLogger)
        reader = OrderReader(orders: orders, tickets: tickets, settings: settings)
        webhooks = WebhookReception(
            payments: payments, provider: sandbox, settlement: settlement, logger: testLogger)
        reconciliation = ReconciliationWorker(
            payments: payments, settlement: settlement, settings: ReconciliationWorker.Settings(), logger: testLogger)
    }

    // MARK: Aside of what is tested

    /// SQL on the ledger, as the superuser.
    @discardableResult
    func ledger(_ sql: String) async throws -> String {
        try await databases.server.executed(sql, in: ledgerName)
    }

    /// SQL on the sandbox's book, as the superuser.
    @discardableResult
    func sandboxBook(_ sql: String) async throws -> String {
        try await databases.server.executed(sql, in: bookName)
    }

    /// What the audit says is wrong: `check` names, sorted.
    func findings() async throws -> [String] {
        try await audit().findings.map(\.check).sorted()
    }

    /// The audit's report.
    func audit() async throws -> AuditReport {
        try await Audit(store: AuditStore(pool: pool), payments: payments, book: book).report()
    }

    /// Lets every open payment be looked after now, whoever has its lease.
    func reconcileEverything() async throws {
        try await ledger(
            "UPDATE payment SET next_check_at = '-infinity'; UPDATE idempotency SET lease_until = '-infinity' WHERE status IS NULL"
        )
        _ = await reconciliation.pass()
    }
}

extension CheckoutSettings {
    /// Short waits: a provider that is silent is given up after half a second.
    static var forTests: CheckoutSettings {
        var settings = CheckoutSettings()
        settings.providerSeconds = 1
        return settings
    }
}
