public import Postgres
public import Ticketing

/// The sandbox provider's own book, in a database of its own. Every call may be repeated.
public struct SandboxBookStore: Sendable {
    private static let startStatement = StatementLibrary.statement("sandbox_start")
    private static let statusStatement = StatementLibrary.statement("sandbox_status")
    private static let cancelStatement = StatementLibrary.statement("sandbox_cancel")
    private static let refundStatement = StatementLibrary.statement("sandbox_refund")
    private static let authorizeStatement = StatementLibrary.statement("sandbox_authorize")
    private static let carryOut = StatementLibrary.statement("sandbox_carry_out_due")
    private static let claim = StatementLibrary.statement("sandbox_webhooks_claim")
    private static let delivered = StatementLibrary.statement("sandbox_webhooks_delivered")
    private static let postpone = StatementLibrary.statement("sandbox_webhook_postpone")
    private static let exists = StatementLibrary.statement("sandbox_book_exists")
    private static let page = StatementLibrary.statement("sandbox_book_page")

    private let pool: PostgresPool

    /// The book in the database that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    // MARK: Schema

    /// Makes the book's tables and functions; repeatable. The pool logs in as the owner's role.
    public nonisolated(nonsending) func migrate() async throws(PostgresFailure) {
        try await pool.executeScript(String(decoding: PackageResources.sandbox_book_sql, as: UTF8.self))
    }

    /// Whether the book's tables are there.
    public nonisolated(nonsending) func exists() async throws(PostgresFailure) -> Bool {
        try await pool.execute(Self.exists).first?.decode(at: 0) ?? false
    }

    // MARK: Charges

    /// Starts charges of distinct payments; a payment that is known answers what it came to. One answer for each.
    public nonisolated(nonsending) func start(
        _ charges: [SandboxChargeStart]
    ) async throws(PostgresFailure) -> [SandboxCharge] {
        let rows = try await pool.execute(
            Self.startStatement,
            [
                charges.map(\.paymentID), charges.map(\.amount.amountMinor), charges.map(\.amount.currency),
                charges.map(\.token), charges.map(\.state.rawValue), charges.map(\.declineCode),
                charges.map(\.dueSeconds), charges.map { Int32($0.webhookCount) },
            ])
        guard rows.count == charges.count else {
            throw .unexpectedValue("\(rows.count) rows for the sandbox's start")
        }
        var started: [SandboxCharge] = []
        for row in rows {
            started.append(
                SandboxCharge(
                    state: try row.word(at: 1), declineCode: try row.decode(at: 2), isMismatch: try row.decode(at: 3)))
        }
        return started
    }

    /// What became of a charge; nil when it never arrived.
    public nonisolated(nonsending) func status(
        of payment: PaymentID
    ) async throws(PostgresFailure) -> SandboxCharge? {
        guard let row = try await pool.execute(Self.statusStatement, [payment]).first else { return nil }
        return SandboxCharge(state: try row.word(at: 0), declineCode: try row.decode(at: 1))
    }

    /// Ends a charge that took no money, or leaves a tombstone; answers what it came to.
    public nonisolated(nonsending) func cancel(
        _ payment: PaymentID
    ) async throws(PostgresFailure) -> SandboxChargeState {
        guard let row = try await pool.execute(Self.cancelStatement, [payment]).first else {
            throw .unexpectedValue("nothing for SandboxChargeState")
        }
        return try row.word(at: 0)
    }

    /// Gives money back, once for each refund id; whether it did.
    public nonisolated(nonsending) func refund(
        _ refund: RefundID, of payment: PaymentID, amountMinor: Int64
    ) async throws(PostgresFailure) -> Bool {
        let row = try await pool.execute(Self.refundStatement, [refund, payment, amountMinor]).first
        return try row?.decode(String.self, at: 0) == "made"
    }

    /// Takes the buyer's word; nil when there is no such charge, else what it came to.
    public nonisolated(nonsending) func authorize(
        _ payment: PaymentID, isApproved: Bool
    ) async throws(PostgresFailure) -> SandboxChargeState? {
        guard let row = try await pool.execute(Self.authorizeStatement, [payment, isApproved]).first,
            try row.decode(String?.self, at: 0) != nil
        else { return nil }
        return try row.word(at: 0)
    }

    // MARK: What happens by itself

    /// Carries out charges whose time has come; how many.
    public nonisolated(nonsending) func carryOutDue(limit: Int) async throws(PostgresFailure) -> Int {
        let row = try await pool.execute(Self.carryOut, [Int32(limit)]).first
        return Int(try row?.decode(Int32.self, at: 0) ?? 0)
    }

    /// Takes up to `limit` messages to deliver; nobody else gets them for `leaseSeconds`.
    public nonisolated(nonsending) func claimWebhooks(
        limit: Int, leaseSeconds: Int
    ) async throws(PostgresFailure) -> [SandboxWebhook] {
        var webhooks: [SandboxWebhook] = []
        for row in try await pool.execute(Self.claim, [Int32(limit), Int32(leaseSeconds)]) {
            webhooks.append(
                SandboxWebhook(
                    id: try row.decode(at: 0), paymentID: try row.decode(at: 1), event: try row.decode(at: 2),
                    attempts: Int(try row.decode(Int32.self, at: 3))))
        }
        return webhooks
    }

    /// The message arrived.
    public nonisolated(nonsending) func webhookDelivered(_ webhook: SandboxWebhook) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.delivered, ["{\(webhook.id)}"])
    }

    /// The message did not arrive; it is tried again after a pause.
    public nonisolated(nonsending) func webhookFailed(
        _ webhook: SandboxWebhook, retryAfterSeconds: Double
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.postpone, [webhook.id, retryAfterSeconds])
    }

    // MARK: Audit

    /// A page of the book after a payment, by payment id.
    public nonisolated(nonsending) func lines(
        after payment: PaymentID, limit: Int
    ) async throws(PostgresFailure) -> [SandboxBookLine] {
        var lines: [SandboxBookLine] = []
        for row in try await pool.execute(Self.page, [payment, Int64(limit)]) {
            let currency = try row.decode(String.self, at: 3)
            lines.append(
                SandboxBookLine(
                    paymentID: try row.decode(at: 0), state: try row.word(at: 1),
                    amount: try row.money(at: 2, in: currency), refundedMinor: try row.decode(at: 4)))
        }
        return lines
    }
}
