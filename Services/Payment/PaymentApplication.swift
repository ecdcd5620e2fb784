import ActorTransport
import Contracts
import HTTP2
import LedgerStore
import Logging
import NIOCore
import NIOPosix
import Postgres
import Redis
import SeatFeed
import ServiceLifecycle
import ServiceRuntime
import Shedding
import SocketLoop
import Telemetry
import Ticketing

/// The payment service, put together: nothing is decided here.
struct PaymentApplication: Sendable {
    private let settings: PaymentSettings
    private let logger = Logger(label: "payment")

    init(settings: PaymentSettings) {
        self.settings = settings
    }

    /// Serves until the process is asked to stop.
    func run(
        stopsOnSignals: Bool = true, opened: @escaping @Sendable (_ internalPort: Int) -> Void = { _ in }
    ) async throws {
        let group = ServiceRuntime.eventLoopGroup()
        let loop = SocketLoop(name: "payment-sockets")
        let process = PaymentProcessID(at: .now)
        let ledger = PostgresPool(
            settings: PaymentProcessesStore.settings(settings.ledger, of: process), loop: loop, logger: logger)
        let redis = RedisClient(settings: settings.redis, loop: loop, logger: logger)
        let relay = SeatDeltaRelay(redis: redis, logger: logger)
        let mailPace = MailPace()
        let door = PerformanceDoor(pool: ledger) { reading in
            relay.take(reading)
            mailPace.follow(reading.changes)
        }

        let orders = OrdersStore(pool: ledger)
        let payments = PaymentsStore(pool: ledger)
        let sandbox = settings.providers.sandbox.map { SandboxParts(settings: $0, loop: loop, logger: logger) }
        let providerClient = ProviderClient(group: group, settings: settings.providerClient)
        let providers = PaymentProviders(settings.providers, sandbox: sandbox?.provider, client: providerClient)
        let refunds = RefundsStore(pool: ledger)
        let cancellations = CancellationsStore(pool: ledger)
        let givingBack = GivingBack(door: door, refunds: refunds, providers: providers, logger: logger)
        let proofStore = ProofStore(pool: ledger)
        let desk = ProofDesk(store: proofStore, settings: settings.proofs)
        let settlement = Settlement(
            door: door, payments: payments, providers: providers, givingBack: givingBack, settings: settings.checkout,
            logger: logger)
        let unfinished = UnfinishedPayments()
        let checkout = Checkout(
            door: door, orders: orders, providers: providers, settlement: settlement, unfinished: unfinished,
            instruments: InstrumentLimits(
                payments: payments, door: door, instruments: InstrumentKeys(settings.serviceKeys)),
            settings: settings.checkout, logger: logger)
        let actor = PaymentsActor(
            parts: PaymentsActor.Parts(
                checkout: checkout,
                settlement: settlement,
                reader: OrderReader(
                    orders: orders, refunds: refunds, tickets: TicketsStore(pool: ledger), settings: settings.checkout),
                refunds: Refunds(
                    door: door, refunds: refunds, cancellations: cancellations, settings: RefundSettings()),
                statements: StatementReader(statements: StatementsStore(pool: ledger), refunds: refunds),
                figures: SalesReader(
                    orders: orders, figures: SalesFiguresStore(pool: ledger), settings: settings.checkout),
                webhooks: WebhookReception(
                    payments: payments, providers: providers, settlement: settlement, givingBack: givingBack,
                    logger: logger),
                proofs: ProofReader(desk: desk, store: proofStore, logger: logger),
                payments: payments,
                providers: providers,
                sandbox: sandbox?.provider),
            actorSystem: ServiceActorSystem(coding: WireCallCoding(), caller: nil))

        let readiness = ReadinessBoard()
        let schema = SchemaGate(ledger: ledger, book: sandbox?.book, logger: logger)
        let certificates = ServiceCertificates(settings.listeners)
        readiness.register("ledger") { ledger.notReadyReason }
        readiness.note("writes") { ledger.writesSuspendedReason.map { "refused, \($0)" } ?? "taken" }
        if let sandbox { readiness.register("sandbox") { sandbox.pool.notReadyReason } }
        readiness.register("schema") { schema.notReadyReason }

        var workers: [any Service] = [
            LoopService(name: "schema") { await schema.run() },
            LoopService(name: "relay") { try await relay.run() },
            LoopService(name: "gauges") { await LedgerGauges(pool: ledger, door: door).run() },
            LoopService(name: "beat") {
                await schema.waitUntilOpen()
                try await ProcessBeatWorker(
                    process: process, processes: PaymentProcessesStore(pool: ledger), logger: logger
                ).run()
            },
            LoopService(name: "reconciliation") {
                await schema.waitUntilOpen()
                try await ReconciliationWorker(
                    payments: payments, settlement: settlement, settings: settings.reconciliation, logger: logger
                ).run()
            },
            LoopService(name: "unfinished-payments") {
                try await UnfinishedPaymentsWorker(
                    unfinished: unfinished, payments: payments, checkout: checkout, settlement: settlement,
                    leaseSeconds: settings.checkout.leaseSeconds, logger: logger
                ).run()
            },
            LoopService(name: "refunds") {
                await schema.waitUntilOpen()
                try await RefundWorker(
                    refunds: refunds, givingBack: givingBack, settings: settings.refunds, logger: logger
                ).run()
            },
            LoopService(name: "refund-gauges") {
                await schema.waitUntilOpen()
                await RefundGauges(refunds: refunds).run()
            },
            LoopService(name: "retention") {
                await schema.waitUntilOpen()
                try await RetentionWorker(store: RetentionStore(pool: ledger), logger: logger).run()
            },
            LoopService(name: "cancellations") {
                await schema.waitUntilOpen()
                try await CancellationWorker(
                    cancellations: cancellations, door: door, settings: CancellationWorker.Settings(), logger: logger
                ).run()
            },
            LoopService(name: "lapsed-orders") {
                await schema.waitUntilOpen()
                try await LapsedOrdersWorker(
                    orders: orders, payments: payments, door: door, settings: LapsedOrdersWorker.Settings(),
                    logger: logger
                ).run()
            },
        ]
        if settings.proofs.keys != nil {
            workers.append(
                LoopService(name: "heads") {
                    await schema.waitUntilOpen()
                    try await HeadWorker(
                        store: proofStore, desk: desk, settings: HeadWorker.Settings(), logger: logger
                    ).run()
                })
        }
        let messages = MessageWorkers(
            settings: settings.messages, ledger: ledger, schema: schema, readiness: readiness, mailPace: mailPace,
            logger: logger)
        workers += messages.services()
        if let worker = sandbox?.worker(on: group, tls: certificates.forServices) {
            workers.append(
                LoopService(name: "sandbox") {
                    await schema.waitUntilOpen()
                    try await worker.run()
                })
        }
        try await ServiceRuntime.run(
            name: "payment", readiness: readiness, admin: settings.listeners.adminAddress, on: group,
            databases: [
                LoopService(name: "ledger") { await ledger.run() },
                LoopService(name: "redis") { await redis.run() },
            ] + (sandbox.map { sandbox in [LoopService(name: "sandbox-book") { await sandbox.pool.run() }] } ?? []),
            workers: workers + certificates.watchers,
            listeners: [try listener(for: actor, on: group, tls: certificates.forServices, opened: opened)],
            drainNotice: settings.listeners.drainNotice, stopsOnSignals: stopsOnSignals)
        await providerClient.shutdown()
    }

    private func listener(
        for actor: PaymentsActor, on group: any EventLoopGroup, tls: TLSIdentity?,
        opened: @escaping @Sendable (Int) -> Void
    ) throws -> ListenerService {
        guard let address = settings.listeners.internalAddress else {
            preconditionFailure("the settings were read without an internal listener")
        }
        let keys = ServiceKeys(settings.serviceKeys.all.map { ServiceKeys.Key(id: $0.id, secret: $0.bytes) })
        var calls = InboundCalls(
            coding: WireCallCoding(), keys: keys, intake: Intake("internal", settings: settings.intake), logger: logger)
        calls.host(.payments(of: PaymentsActor.self)) { _ in actor }
        var routes = RouteTable()
        calls.register(in: &routes)
        return ListenerService(
            name: "internal",
            server: HTTPServer(
                settings: .internalListener, tls: tls, logger: logger, routes: routes), on: group,
            address: address, opened: opened)
    }
}
