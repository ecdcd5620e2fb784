public import Postgres
public import Ticketing

/// The sandbox provider's own book, in a database of its own. Every call may be repeated.
public struct SandboxBookStore: Sendable {
    private static let startStatement = StatementLibrary.statement("sandbox_start")
    private static let statusStatement = StatementLibrary.statement("sandbox_status")
    private static let cancelStatement = StatementLibrary.statement("sandbox_cancel")
    private static let refundStatement = StatementLibrary.statement("sandbox_refund")
    private static let refundState = StatementLibrary.statement("sandbox_refund_state")
    private static let beginOutageStatement = StatementLibrary.statement("sandbox_outage_begin")
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
        let webhooks = charges.enumerated().flatMap { place, charge in charge.webhooks.map { (place + 1, $0) } }
        let rows = try await pool.execute(
            Self.startStatement,
            [
                charges.map(\.paymentID), charges.map(\.amount.amountMinor), charges.map(\.amount.currency),
                charges.map(\.token), charges.map(\.state.rawValue), charges.map(\.declineCode),
                charges.map(\.dueSeconds), webhooks.map { Int32($0.0) }, webhooks.map(\.1.event),
                webhooks.map(\.1.delaySeconds),
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
    public nonisolated(nonsending) func status(of payment: PaymentID) async throws -> SandboxCharge? {
        let row = try Self.answering(try await pool.execute(Self.statusStatement, [payment]).first)
        guard try row.decode(String?.self, at: 1) != nil else { return nil }
        return SandboxCharge(state: try row.word(at: 1), declineCode: try row.decode(at: 2))
    }

    /// Lets the provider be away for a payment, from the first time on that it is started; whether it still is.
    public nonisolated(nonsending) func beginOutage(
        of payment: PaymentID, seconds: Double
    ) async throws(PostgresFailure) -> Bool {
        try await pool.execute(Self.beginOutageStatement, [payment, seconds]).first?.decode(at: 0) ?? false
    }

    /// Ends a charge that took no money, or leaves a tombstone; answers what it came to.
    public nonisolated(nonsending) func cancel(_ payment: PaymentID) async throws -> SandboxChargeState {
        guard let row = try await pool.execute(Self.cancelStatement, [payment]).first else {
            throw PostgresFailure.unexpectedValue("nothing for SandboxChargeState")
        }
        if try row.decode(String.self, at: 0) == Self.awayWord { throw SandboxFailure.away }
        return try row.word(at: 0)
    }

    /// Gives money back, once for each refund id, or refuses for good.
    public nonisolated(nonsending) func refund(
        _ refund: RefundID, of payment: PaymentID, amountMinor: Int64
    ) async throws -> SandboxRefundState {
        let row = try await pool.execute(Self.refundStatement, [refund, payment, amountMinor]).first
        guard let word = try row?.decode(String.self, at: 0) else {
            throw PostgresFailure.unexpectedValue("nothing for a refund")
        }
        if word == Self.awayWord { throw SandboxFailure.away }
        return SandboxRefundState(word)
    }

    /// What became of a refund; nil when it was never asked for.
    public nonisolated(nonsending) func state(
        of refund: RefundID, of payment: PaymentID
    ) async throws -> SandboxRefundState? {
        let row = try Self.answering(try await pool.execute(Self.refundState, [payment, refund]).first)
        return try row.decode(String?.self, at: 1).map { SandboxRefundState($0) }
    }

    private static let awayWord = "away"

    /// A row whose first column tells whether the provider is away.
    private static func answering(_ row: PostgresRow?) throws -> PostgresRow {
        guard let row else { throw PostgresFailure.unexpectedValue("no row of the sandbox's book") }
        if try row.decode(Bool.self, at: 0) { throw SandboxFailure.away }
        return row
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
