import Courier
import LedgerStore
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// The workers that tell others, as parts of the service.
struct MessageWorkers: Sendable {
    private let settings: MessageSettings
    private let deliveries: DeliveriesStore
    private let figures: SalesFiguresStore
    private let schema: SchemaGate
    private let readiness: ReadinessBoard
    private let mailPace: MailPace
    private let logger: Logger

    init(
        settings: MessageSettings, ledger: PostgresPool, schema: SchemaGate, readiness: ReadinessBoard,
        mailPace: MailPace, logger: Logger
    ) {
        self.settings = settings
        self.mailPace = mailPace
        deliveries = DeliveriesStore(pool: ledger)
        figures = SalesFiguresStore(pool: ledger)
        self.schema = schema
        self.readiness = readiness
        self.logger = logger
    }

    func services() -> [any Service] {
        let gauges = DeliveryGauges(
            store: deliveries, attemptsMax: settings.mails.backOff.attemptsMax, logger: logger)
        readiness.note("messages") { gauges.status }
        var services = [
            service("message-gauges") { try await gauges.run() },
            service("sales-figures") { [figures, settings, logger] in
                try await SalesFiguresWorker(figures: figures, settings: settings.figures, logger: logger).run()
            },
        ]
        if let mail = settings.mail {
            services.append(
                courier("mail", settings.mails, at: mailPace) { [deliveries] courier in
                    MailConsumer(store: deliveries, courier: courier, settings: mail)
                })
        } else {
            logger.warning("no mail server is set: mails to customers wait until one is")
        }
        if let keys = settings.webhookKeys {
            services.append(
                courier("webhooks", settings.webhooks) { [settings] courier in
                    WebhookConsumer(
                        courier: courier, signature: OrganizerSignature(keys: keys.all.map(\.bytes)),
                        addresses: settings.webhookAddresses)
                })
        }
        return services
    }

    private func courier(
        _ name: String, _ limits: DeliveryWorker.Settings, at pace: MailPace? = nil,
        _ consumer: @escaping @Sendable (Courier) -> any MessageConsumer
    ) -> LoopService {
        service(name) { [deliveries, logger] in
            var threads = Courier.Settings()
            threads.threads = limits.underWayMax
            let courier = Courier(settings: threads)
            await DeliveryWorker(
                store: deliveries, consumer: consumer(courier), settings: limits, pace: pace, logger: logger
            ).run()
            try await courier.stop()
        }
    }

    private func service(_ name: String, _ body: @escaping @Sendable () async throws -> Void) -> LoopService {
        LoopService(name: name) { [schema] in
            await schema.waitUntilOpen()
            try await body()
        }
    }
}
