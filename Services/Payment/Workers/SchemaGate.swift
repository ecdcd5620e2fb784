import LedgerStore
import Logging
import Postgres
import Synchronization

/// Keeps the service not ready until the ledger, and the sandbox's book where there is one, have the tables that it
/// needs.
final class SchemaGate: Sendable {
    private let ledger: PostgresPool
    private let book: SandboxBookStore?
    private let logger: Logger
    private let reason = Mutex<String?>("not asked yet")
    private static let pollMilliseconds = 500

    init(ledger: PostgresPool, book: SandboxBookStore?, logger: Logger) {
        self.ledger = ledger
        self.book = book
        self.logger = logger
    }

    /// Why the service has to wait; nil when it need not.
    var notReadyReason: String? { reason.withLock { $0 } }

    /// Asks until both fit; then stays until it is cancelled, since a part that ends would end the service.
    func run() async {
        await SchemaVersion.waitUntilItFits(ledger) { [self] wait in reason.withLock { $0 = wait } }
        await waitForBook()
        if !Task.isCancelled {
            reason.withLock { $0 = nil }
            logger.info("the databases fit")
        }
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
    }

    private func waitForBook() async {
        guard let book else { return }
        reason.withLock { $0 = "the sandbox's book lacks tables: run payment sandbox-migrate" }
        while !Task.isCancelled, (try? await book.exists()) != true {
            try? await Task.sleep(for: .milliseconds(Self.pollMilliseconds))
        }
    }

    /// Returns when the databases fit, or when the task is cancelled.
    func waitUntilOpen() async {
        while notReadyReason != nil, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(Self.pollMilliseconds))
        }
    }
}
