import LedgerStore
import Postgres
import Synchronization

/// Keeps the service not ready until the ledger has the tables that it needs.
final class SchemaGate: Sendable {
    private let ledger: PostgresPool
    private let reason = Mutex<String?>("not asked yet")

    init(ledger: PostgresPool) {
        self.ledger = ledger
    }

    /// Why the service has to wait; nil when it need not.
    var notReadyReason: String? { reason.withLock { $0 } }

    /// Asks until it fits; then stays until it is cancelled, since a part that ends would end the service.
    func run() async {
        await SchemaVersion.waitUntilItFits(ledger) { [self] wait in reason.withLock { $0 = wait } }
        reason.withLock { $0 = nil }
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
    }
}
