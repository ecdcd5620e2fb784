public import Postgres
public import Ticketing
public import Wire

/// Reads refunds, and shares out those that have to be made among those who make them. What settles them goes through
/// the seats' door.
public struct RefundsStore: Sendable {
    private static let place = StatementLibrary.statement("order_anywhere")
    private static let claim = StatementLibrary.statement("refunds_claim")
    private static let claimOne = StatementLibrary.statement("refund_claim")
    private static let ofPayment = StatementLibrary.statement("refunds_of_payment")
    private static let postpone = StatementLibrary.statement("refund_postpone")
    private static let ofOrders = StatementLibrary.statement("refunds_of_orders")
    private static let offers = StatementLibrary.statement("refund_offers")
    private static let refused = StatementLibrary.statement("refunds_refused")
    private static let retryStatement = StatementLibrary.statement("refunds_retry")
    private static let books = StatementLibrary.statement("refund_in_books")
    private static let load = StatementLibrary.statement("refunds_load")
    private static let readRule = StatementLibrary.statement("refund_rule_read")
    private static let writeRule = StatementLibrary.statement("refund_rule_write")

    private let pool: PostgresPool

    /// Refunds of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The performance at whose door an order stands, whoever it belongs to; nil when there is no such order, which is
    /// believed only of the primary.
    public nonisolated(nonsending) func performance(
        ofOrder order: OrderID
    ) async throws(PostgresFailure) -> PerformanceID? {
        if let found = try await pool.execute(Self.place, [order]).first { return try found.decode(at: 0) }
        return try await pool.executeConfirmed(Self.place, [order]).first?.decode(at: 0)
    }

    // MARK: Making them

    /// Takes up to `limit` pending refunds that are due, those of whole performances last; nobody else gets them for
    /// `leaseSeconds`, or longer the more often they were taken, up to `pauseSecondsMax`.
    public nonisolated(nonsending) func claimDue(
        limit: Int, leaseSeconds: Int, pauseSecondsMax: Int
    ) async throws(PostgresFailure) -> [RefundAttempt] {
        try Self.attempts(
            try await pool.execute(Self.claim, [Int64(limit), Double(leaseSeconds), Double(pauseSecondsMax)]))
    }

    /// Takes one pending refund, due or not; nil when it is pending no more.
    public nonisolated(nonsending) func claim(
        _ refund: RefundID, leaseSeconds: Int
    ) async throws(PostgresFailure) -> RefundAttempt? {
        try Self.attempts(try await pool.execute(Self.claimOne, [refund, Double(leaseSeconds)])).first
    }

    /// The refunds of a payment of which the provider may have news: those that are pending, and those that were made
    /// not too long ago for their money to come back.
    public nonisolated(nonsending) func withNews(
        of payment: PaymentID
    ) async throws(PostgresFailure) -> [RefundAttempt] {
        try Self.attempts(try await pool.execute(Self.ofPayment, [payment]))
    }

    /// Lets a refund that brought no answer be asked for again after a pause.
    public nonisolated(nonsending) func postpone(
        _ refund: RefundID, pauseSecondsMax: Int
    ) async throws(PostgresFailure) {
        _ = try await pool.execute(Self.postpone, [refund, Double(pauseSecondsMax)])
    }

    private static func attempts(_ rows: PostgresRows) throws(PostgresFailure) -> [RefundAttempt] {
        var attempts: [RefundAttempt] = []
        for row in rows { attempts.append(try RefundAttempt(row)) }
        return attempts
    }

    /// How many refunds are pending and refused, and the oldest pending one's age in seconds.
    public nonisolated(nonsending) func counts() async throws(PostgresFailure)
        -> (pending: Int64, refused: Int64, oldestAgeSeconds: Int64)
    {
        guard let row = try await pool.execute(Self.load).first else { return (0, 0, 0) }
        return (try row.decode(at: 0), try row.decode(at: 1), try row.decode(at: 2))
    }

    // MARK: What customers are told

    /// The refunds of orders, each order's oldest first.
    public nonisolated(nonsending) func refunds(
        of orders: [OrderID]
    ) async throws(PostgresFailure) -> [OrderID: [RefundResource]] {
        if orders.isEmpty { return [:] }
        var refunds: [OrderID: [RefundResource]] = [:]
        for row in try await pool.execute(Self.ofOrders, [orders]) {
            let refund = try RefundResource(row)
            refunds[refund.orderId, default: []].append(refund)
        }
        return refunds
    }

    /// What customers may still give back by themselves, by performance; none where nothing may be.
    public nonisolated(nonsending) func offers(
        of performances: Set<PerformanceID>
    ) async throws(PostgresFailure) -> [PerformanceID: RefundOfferResource] {
        if performances.isEmpty { return [:] }
        var offers: [PerformanceID: RefundOfferResource] = [:]
        for row in try await pool.execute(Self.offers, [Array(performances)]) {
            offers[try row.decode(at: 0)] = RefundOfferResource(
                until: try row.decode(at: 1), includesServiceFee: try row.decode(at: 2))
        }
        return offers
    }

    // MARK: Rules

    /// The rule of a performance; nil when it is not the organizer's.
    public nonisolated(nonsending) func rule(
        _ question: PerformanceSalesRequest
    ) async throws(PostgresFailure) -> RefundRuleResource? {
        let rows = try await pool.execute(
            Self.readRule, [question.performanceId, question.organizerId, question.isAdmin])
        guard let row = rows.first else { return nil }
        return try RefundRuleResource(row)
    }

    /// Changes the rule of a performance; nil when it is not the organizer's.
    public nonisolated(nonsending) func change(
        _ command: RefundRuleCommand
    ) async throws(PostgresFailure) -> RefundRuleResource? {
        let rows = try await pool.execute(
            Self.writeRule,
            [
                command.sales.performanceId, command.sales.organizerId, command.sales.isAdmin,
                command.rule.selfServiceUntilSeconds.map { Int32($0) }, !command.rule.includesServiceFee,
                command.rule.storedSeats,
            ])
        guard let row = rows.first else { return nil }
        return try RefundRuleResource(row)
    }

    // MARK: For operators

    /// The refunds that were refused, the oldest first, behind a cursor.
    public nonisolated(nonsending) func refused(
        after cursor: (refusedAt: Timestamp, refundID: RefundID)?, limit: Int
    ) async throws(PostgresFailure) -> [RefusedRefund] {
        var refunds: [RefusedRefund] = []
        let rows = try await pool.execute(Self.refused, [cursor?.refusedAt, cursor?.refundID, Int64(limit)])
        for row in rows {
            let currency = try row.decode(String.self, at: 6)
            refunds.append(
                RefusedRefund(
                    refundId: try row.decode(at: 0), orderId: try row.decode(at: 1), paymentId: try row.decode(at: 2),
                    performanceId: try row.decode(at: 3), provider: try row.decode(at: 4),
                    amount: try row.money(at: 5, in: currency), reason: try row.word(at: 7),
                    refusalCode: try row.decode(at: 8), refusedAt: try row.decode(at: 9)))
        }
        return refunds
    }

    /// A refund, and how its payment stands in the ledger, as nobody but the primary has it; nil when there is none.
    public nonisolated(nonsending) func inBooks(_ refund: RefundID) async throws(PostgresFailure) -> RefundInBooks? {
        guard let row = try await pool.executeConfirmed(Self.books, [refund]).first else { return nil }
        return try RefundInBooks(row, of: refund)
    }

    /// Lets refused refunds be tried again, each by a new key at the provider: one, or all. Answers how many.
    public nonisolated(nonsending) func retry(_ refund: RefundID?) async throws(PostgresFailure) -> Int {
        try await pool.execute(Self.retryStatement, [refund]).count
    }
}

extension RefundResource {
    fileprivate init(_ row: PostgresRow) throws(PostgresFailure) {
        let currency = try row.decode(String.self, at: 5)
        self.init(
            refundId: try row.decode(at: 0), orderId: try row.decode(at: 1), state: try row.word(at: 2),
            reason: try row.word(at: 3), amount: try row.money(at: 4, in: currency),
            ticketIds: try row.decode(at: 6), createdAt: try row.decode(at: 7), madeAt: try row.decode(at: 8))
    }
}

extension RefundRuleResource {
    /// What becomes of the seats, as the ledger has it.
    var storedSeats: Int16 {
        switch refundedSeats {
        case .available: Int16(SeatState.available.rawValue)
        case .blocked: Int16(SeatState.blocked.rawValue)
        }
    }

    fileprivate init(_ row: PostgresRow) throws(PostgresFailure) {
        self.init(
            selfServiceUntilSeconds: try row.decode(Int32?.self, at: 0).map { Int($0) },
            includesServiceFee: !(try row.decode(Bool.self, at: 1)),
            refundedSeats: try row.decode(Int16.self, at: 2) == 0 ? .available : .blocked)
    }
}
