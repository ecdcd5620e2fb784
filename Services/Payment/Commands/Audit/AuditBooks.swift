import LedgerStore
import Logging
import NIOPosix
import Postgres
import SocketLoop

/// Every provider's own book, by the settings that the service has.
enum AuditBooks {
    static func withBooks<Value: Sendable>(
        of settings: ProviderSettings, _ body: @escaping @Sendable ([any ProviderBook]) async throws -> Value
    ) async throws -> Value {
        var limits = ProviderClient.Settings()
        // A page of a book is larger than what a payment asks for, and nobody waits for it.
        limits.callMilliseconds = 60_000
        limits.bodyBytesMax = 16 * 1_048_576
        let client = ProviderClient(settings: limits)
        var books: [any ProviderBook] = []
        if let stripe = settings.stripe { books.append(StripeChargeBook(client: client, settings: stripe)) }
        if let toss = settings.toss { books.append(TossTransactionBook(client: client, settings: toss)) }
        let others = books
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await withSandbox(settings.sandbox) { try await body(others + $0) })
        } catch {
            outcome = .failure(error)
        }
        await client.shutdown()
        return try outcome.get()
    }

    private static func withSandbox<Value: Sendable>(
        _ settings: ProviderSettings.Sandbox?, _ body: @escaping @Sendable ([any ProviderBook]) async throws -> Value
    ) async throws -> Value {
        guard let settings else { return try await body([]) }
        let pool = PostgresPool(
            settings: AuditSettings.patient(settings.book), loop: SocketLoop(), logger: Logger(label: "audit"))
        return try await pool.whileRunning(waiting: false) {
            try await body([SandboxBook(store: SandboxBookStore(pool: pool))])
        }
    }
}
