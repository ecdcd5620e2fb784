import LedgerStore
import Logging
import Postgres
import SocketLoop

/// The server that an audit asks: the standby where there is one, so that the sale is left alone; else, and loudly, the
/// primary.
struct AuditDatabases: Sendable {
    /// A server that answers.
    struct Source: Sendable {
        let pool: PostgresPool
        let isStandby: Bool
        /// Why it is not the standby that was asked for.
        let fallback: String?
    }

    let settings: AuditSettings
    let progress: AuditProgress

    func asking<Value: Sendable>(
        standby isWanted: Bool, _ ask: @escaping @Sendable (Source) async throws -> Value
    ) async throws -> Value {
        guard isWanted, let standby = settings.standby else { return try await onPrimary(fallback: nil, ask) }
        let pool = pool(standby)
        return try await pool.whileRunning(waiting: false) {
            let reason = await Self.reason(against: pool)
            if let reason {
                progress.warn("THE STANDBY \(standby.hosts[0]) IS NOT ASKED BUT THE PRIMARY: \(reason)")
                return try await onPrimary(fallback: reason, ask)
            }
            return try await ask(Source(pool: pool, isStandby: true, fallback: nil))
        }
    }

    private func onPrimary<Value: Sendable>(
        fallback: String?, _ ask: @escaping @Sendable (Source) async throws -> Value
    ) async throws -> Value {
        let pool = pool(settings.ledger)
        return try await pool.whileRunning(waiting: false) {
            try await ask(Source(pool: pool, isStandby: false, fallback: fallback))
        }
    }

    /// Why that server can't be audited as a standby; nil when it can.
    private static func reason(against pool: PostgresPool) async -> String? {
        do {
            let server = try await AuditStore(pool: pool).withSnapshot(deadline: .now + .seconds(10)) { $0.server }
            return server.isStandby ? nil : "it follows nobody (it was promoted, or is the primary itself)"
        } catch {
            return "\(error)"
        }
    }

    private func pool(_ settings: PostgresSettings) -> PostgresPool {
        PostgresPool(settings: settings, loop: SocketLoop(), logger: Logger(label: "audit"))
    }
}
