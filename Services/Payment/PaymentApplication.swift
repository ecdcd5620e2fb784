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
import SocketLoop
import Telemetry

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
        let ledger = PostgresPool(settings: settings.ledger, loop: loop, logger: logger)
        let sandboxPool = PostgresPool(settings: settings.sandboxBook, loop: loop, logger: logger)
        let redis = RedisClient(settings: settings.redis, loop: loop, logger: logger)
        let relay = SeatDeltaRelay(redis: redis, logger: logger)
        let door = PerformanceDoor(pool: ledger, onBatch: { relay.take($0) })

        let orders = OrdersStore(pool: ledger)
        let payments = PaymentsStore(pool: ledger)
        let book = SandboxBookStore(pool: sandboxPool)
        let signature = WebhookSignature(
            keys: settings.sandboxKeys.all.map { WebhookSignature.Key(id: $0.id, secret: $0.bytes) })
        let provider = SandboxProvider(book: book, signature: signature, settings: settings.sandbox)
        let settlement = Settlement(
            door: door, provider: provider, settings: settings.checkout, logger: logger)
        let actor = PaymentsActor(
            parts: PaymentsActor.Parts(
                checkout: Checkout(
                    door: door, orders: orders, provider: provider, settlement: settlement,
                    settings: settings.checkout, logger: logger),
                settlement: settlement,
                reader: OrderReader(
                    orders: orders, tickets: TicketsStore(pool: ledger), settings: settings.checkout),
                webhooks: WebhookReception(
                    payments: payments, provider: provider, settlement: settlement, logger: logger),
                payments: payments,
                sandbox: provider),
            actorSystem: ServiceActorSystem(coding: WireCallCoding(), caller: nil))

        let readiness = ReadinessBoard()
        let schema = SchemaGate(ledger: ledger, book: book, logger: logger)
        let certificates = ServiceCertificates(settings.listeners)
        readiness.register("ledger") { ledger.notReadyReason }
        readiness.register("sandbox") { sandboxPool.notReadyReason }
        readiness.register("schema") { schema.notReadyReason }

        var workers: [any Service] = [
            LoopService(name: "schema") { await schema.run() },
            LoopService(name: "relay") { try await relay.run() },
            LoopService(name: "gauges") { await LedgerGauges(pool: ledger, door: door).run() },
            LoopService(name: "reconciliation") {
                await schema.waitUntilOpen()
                try await ReconciliationWorker(
                    payments: payments, settlement: settlement, settings: settings.reconciliation, logger: logger
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
        if let url = settings.webhookURL {
            if url.scheme == "https", certificates.forServices == nil {
                ServiceRuntime.exit(
                    wrongSetting: "BOXOFFICE_SANDBOX_WEBHOOK_URL is https, which needs BOXOFFICE_INTERNAL_TLS_….")
            }
            let worker = SandboxWorker(
                book: book,
                client: HTTPClient(
                    tls: url.scheme == "https" ? certificates.forServices : nil, group: group, logger: logger),
                receiver: Endpoint(host: url.address.host, port: url.address.port), path: url.path,
                signature: signature, settings: SandboxWorker.Settings(), logger: logger)
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
                LoopService(name: "sandbox-book") { await sandboxPool.run() },
                LoopService(name: "redis") { await redis.run() },
            ],
            workers: workers + certificates.watchers,
            listeners: [try listener(for: actor, on: group, tls: certificates.forServices, opened: opened)],
            drainNotice: settings.listeners.drainNotice, stopsOnSignals: stopsOnSignals)
    }

    private func listener(
        for actor: PaymentsActor, on group: any EventLoopGroup, tls: TLSIdentity?,
        opened: @escaping @Sendable (Int) -> Void
    ) throws -> ListenerService {
        guard let address = settings.listeners.internalAddress else {
            preconditionFailure("the settings were read without an internal listener")
        }
        let keys = ServiceKeys(settings.serviceKeys.all.map { ServiceKeys.Key(id: $0.id, secret: $0.bytes) })
        var calls = InboundCalls(coding: WireCallCoding(), keys: keys, logger: logger)
        calls.host(.payments(of: PaymentsActor.self)) { _ in actor }
        var routes = RouteTable()
        calls.register(in: &routes)
        return ListenerService(
            name: "internal",
            server: HTTPServer(
                settings: .internalListener, tls: tls, logger: logger, handler: routes.handler()), on: group,
            address: address, opened: opened)
    }
}
