import HTTP2
import HTTPTypes
import LedgerStore
import Logging
import Metrics
import NIOCore
import ServiceRuntime
import Ticketing
import Wire

/// What the sandbox provider does by itself: it carries out late charges, and delivers its webhooks over HTTP until
/// they are taken. Several replicas share the work.
struct SandboxWorker: Sendable {
    /// Its limits, each with its default beside it.
    struct Settings: Sendable {
        /// The pause when nothing is waiting, in milliseconds.
        var idleMilliseconds = 250
        /// Charges and webhooks taken at once.
        var itemsMax = 64
        /// How long a webhook belongs to whoever took it, in seconds.
        var leaseSeconds = 15
        /// How long the receiver may take, in seconds.
        var deliverySeconds = 5
        /// The first pause after a failed delivery, in seconds; it doubles from there.
        var retrySecondsMin = 0.5
        /// The longest pause.
        var retrySecondsMax = 60.0
    }

    private let book: SandboxBookStore
    private let client: HTTPClient
    private let receiver: Endpoint
    private let path: String
    private let signature: WebhookSignature
    private let settings: Settings
    private let logger: Logger
    private let reading: OutageLog
    private let delivered = Counter(label: "sandbox_webhooks_delivered_total")
    private let failed = Counter(label: "sandbox_webhook_failures_total")

    static let signatureField = HTTPField.Name("webhook-signature")!

    init(
        book: SandboxBookStore, client: HTTPClient, receiver: Endpoint, path: String, signature: WebhookSignature,
        settings: Settings, logger: Logger
    ) {
        self.book = book
        self.client = client
        self.receiver = receiver
        self.path = path
        self.signature = signature
        self.settings = settings
        self.logger = logger
        reading = OutageLog("the sandbox's book can't be read", logger: logger)
    }

    /// Runs until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            var count = 0
            do {
                count = try await pass()
                reading.succeeded()
            } catch {
                reading.failed(error)
            }
            if count < settings.itemsMax { try await Task.sleep(for: .milliseconds(settings.idleMilliseconds)) }
        }
    }

    /// Carries out what is due and delivers what waits; how many webhooks there were.
    func pass() async throws -> Int {
        _ = try await book.carryOutDue(limit: settings.itemsMax)
        let webhooks = try await book.claimWebhooks(limit: settings.itemsMax, leaseSeconds: settings.leaseSeconds)
        await withTaskGroup(of: Void.self) { group in
            for webhook in webhooks { group.addTask { await deliver(webhook) } }
        }
        return webhooks.count
    }

    private func deliver(_ webhook: SandboxWebhook) async {
        do {
            let status = try await send(webhook)
            guard status.kind == .successful else { throw ProviderFailure("the receiver answered \(status.code)") }
            try await book.webhookDelivered(webhook)
            delivered.increment()
        } catch {
            failed.increment()
            logger.info(
                "a sandbox webhook is sent again later",
                metadata: ["payment_id": "\(webhook.paymentID)", "cause": "\(error)"])
            let pause = settings.retrySecondsMin * Double(1 << min(webhook.attempts - 1, 16))
            // If this fails too, the lease ends by itself.
            try? await book.webhookFailed(webhook, retryAfterSeconds: min(pause, settings.retrySecondsMax))
        }
    }

    private func send(_ webhook: SandboxWebhook) async throws -> HTTPResponse.Status {
        let body = try WireJSON.encode(
            SandboxMessage(id: webhook.id, type: webhook.event, paymentId: webhook.paymentID))
        let fields: HTTPFields = [
            .contentType: "application/json", Self.signatureField: signature.sign(body, at: .now),
        ]
        let response = try await client.execute(
            ClientRequest(method: .post, path: path, headerFields: fields, body: ByteBuffer(bytes: body)),
            to: receiver, deadline: .now + .seconds(settings.deliverySeconds))
        _ = try? await response.body.collect(upTo: 65_536)
        return response.status
    }
}
