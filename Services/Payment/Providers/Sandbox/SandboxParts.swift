import HTTP2
import LedgerStore
import Logging
import NIOCore
import Postgres
import ServiceRuntime
import SocketLoop

/// What the sandbox is made of in a process that has it among its providers.
struct SandboxParts: Sendable {
    let pool: PostgresPool
    let book: SandboxBookStore
    let provider: SandboxProvider
    private let signature: WebhookSignature
    private let webhookURL: ServiceURL?
    private let logger: Logger

    init(settings: ProviderSettings.Sandbox, loop: SocketLoop, logger: Logger) {
        pool = PostgresPool(settings: settings.book, loop: loop, logger: logger)
        book = SandboxBookStore(pool: pool)
        signature = WebhookSignature(
            keys: settings.keys.all.map { WebhookSignature.Key(id: $0.id, secret: $0.bytes) })
        provider = SandboxProvider(book: book, signature: signature, settings: settings.provider)
        webhookURL = settings.webhookURL
        self.logger = logger
    }

    /// What it does by itself.
    func worker(on group: any EventLoopGroup, tls: TLSIdentity?) -> SandboxWorker? {
        guard let url = webhookURL else { return nil }
        if url.scheme == "https", tls == nil {
            ServiceRuntime.exit(
                wrongSetting: "BOXOFFICE_SANDBOX_WEBHOOK_URL is https, which needs BOXOFFICE_INTERNAL_TLS_….")
        }
        return SandboxWorker(
            book: book,
            client: HTTPClient(tls: url.scheme == "https" ? tls : nil, group: group, logger: logger),
            receiver: Endpoint(host: url.address.host, port: url.address.port), path: url.path,
            signature: signature, settings: SandboxWorker.Settings(), logger: logger)
    }
}
