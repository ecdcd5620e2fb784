import LedgerStore
import Postgres
import ServiceRuntime
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
    let providers: PaymentProviders
    let refunds: RefundsStore
    let cancellations: CancellationsStore
    let givingBack: GivingBack
    let settlement: Settlement
    let unfinished = UnfinishedPayments()
    let checkout: Checkout
    let reader: OrderReader
    let refundDesk: Refunds
    let webhooks: WebhookReception
    let proofs: ProofSettings
    let proofStore: ProofStore
    let desk: ProofDesk
    let reconciliation: ReconciliationWorker
    let refundWorker: RefundWorker
    let cancellationWorker: CancellationWorker

    /// Runs `body` with databases of its own. The sandbox takes new payments unless there is another provider.
    static func with<Value: Sendable>(
        settings: CheckoutSettings = .forTests, late: Double = 0, providers: [any PaymentProvider] = [],
        _ body: @Sendable (Stage) async throws -> Value
    ) async throws -> Value {
        let databases = try await TestDatabases.shared()
        let names = try await databases.make()
        return try await databases.withPool(names.ledger) { pool in
            try await databases.withPool(names.book, connections: 2) { bookPool in
                try await body(
                    Stage(
                        databases: databases, names: names, pool: pool, bookPool: bookPool, settings: settings,
                        late: late, others: providers))
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
        settings: CheckoutSettings, late: Double, others: [any PaymentProvider] = []
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
        sandboxSettings.outageSeconds = 0.2
        sandbox = SandboxProvider(book: book, signature: signature, settings: sandboxSettings)
        let providers = PaymentProviders(others + [sandbox])
        self.providers = providers
        refunds = RefundsStore(pool: pool)
        cancellations = CancellationsStore(pool: pool)
        givingBack = GivingBack(door: door, refunds: refunds, providers: providers, logger: testLogger)
        settlement = Settlement(
            door: door, payments: payments, providers: providers, givingBack: givingBack, settings: settings,
            logger: testLogger)
        checkout = Checkout(
            door: door, orders: orders, providers: providers, settlement: settlement, unfinished: unfinished,
            instruments: InstrumentLimits(
                payments: payments, door: door,
                instruments: InstrumentKeys(secrets: [[UInt8](repeating: 5, count: 32)])),
            settings: settings, logger: testLogger)
        reader = OrderReader(orders: orders, refunds: refunds, tickets: tickets, settings: settings)
        refundDesk = Refunds(
            door: door, refunds: refunds, cancellations: cancellations, settings: RefundSettings())
        webhooks = WebhookReception(
            payments: payments, providers: providers, settlement: settlement, givingBack: givingBack,
            logger: testLogger)
        proofs = .forTests
        proofStore = ProofStore(pool: pool)
        desk = ProofDesk(store: proofStore, settings: proofs)
        reconciliation = ReconciliationWorker(
            payments: payments, settlement: settlement, settings: ReconciliationWorker.Settings(), logger: testLogger)
        refundWorker = RefundWorker(
            refunds: refunds, givingBack: givingBack, settings: RefundWorker.Settings(), logger: testLogger)
        cancellationWorker = CancellationWorker(
            cancellations: cancellations, door: door, settings: CancellationWorker.Settings(), logger: testLogger)
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
        try await Audit(
            store: AuditStore(pool: pool), books: [SandboxBook(store: book)],
            keys: ProofSettings.publicKeys(proofs.keys)
        ).report()
    }

    /// Lets every open payment and refund be looked after now, whoever has its lease.
    func reconcileEverything() async throws {
        try await ledger(
            "UPDATE payment SET next_check_at = '-infinity'; UPDATE idempotency SET lease_until = '-infinity' WHERE status IS NULL"
        )
        _ = await reconciliation.pass()
        try await makeRefunds()
    }

    /// Lets every refund that is pending be made now, whoever has its lease.
    func makeRefunds() async throws {
        try await ledger("UPDATE refund SET next_check_at = '-infinity' WHERE state = 'pending'")
        while await refundWorker.pass() > 0 {}
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

extension ProofSettings {
    /// One key.
    static var forTests: ProofSettings {
        guard case .success(let keys) = SigningKeySet.parse("test:" + String(repeating: "09", count: 32)) else {
            preconditionFailure("a key of 32 bytes is one")
        }
        return ProofSettings(keys: keys, headSeconds: 10)
    }
}
