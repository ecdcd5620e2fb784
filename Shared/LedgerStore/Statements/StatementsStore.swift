public import Postgres
public import Ticketing
public import Wire

/// Reads what receipts and statements are made of.
public struct StatementsStore: Sendable {
    private static let receiptStatement = StatementLibrary.statement("receipt_read")
    private static let receiptLines = StatementLibrary.statement("receipt_lines")
    private static let heading = StatementLibrary.statement("statement_read")
    private static let levels = StatementLibrary.statement("statement_levels")
    private static let linesStatement = StatementLibrary.statement("statement_lines")

    private let pool: PostgresPool

    /// Statements of the ledger that the pool reaches.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A customer's receipt without its refunds; nil when there is no such order of the customer, or it was never paid.
    public nonisolated(nonsending) func receipt(
        _ question: OrderQuestion
    ) async throws(PostgresFailure) -> ReceiptResource? {
        let rows = try await pool.execute(Self.receiptStatement, [question.orderId, question.customerId])
        guard let row = rows.first else { return nil }
        let currency = try row.decode(String.self, at: 10)
        var lines: [ReceiptLineResource] = []
        var taxes: [Int: Money] = [:]
        for row in try await pool.execute(Self.receiptLines, [question.orderId]) {
            let tax = try row.money(at: 5, in: currency)
            let rate = Int(try row.decode(Int32.self, at: 7))
            taxes[rate] = (taxes[rate] ?? .zero(currency)) + tax
            lines.append(
                ReceiptLineResource(
                    ticketId: try row.decode(at: 0), seatLabel: try row.decode(at: 1),
                    priceLevelName: try row.decode(at: 2), price: try row.money(at: 3, in: currency),
                    serviceFee: try row.money(at: 4, in: currency), tax: tax, state: try row.word(at: 6)))
        }
        let subtotal = try row.money(at: 7, in: currency)
        let serviceFee = try row.money(at: 8, in: currency)
        return ReceiptResource(
            orderId: try row.decode(at: 0), paidAt: try row.decode(at: 1), eventTitle: try row.decode(at: 2),
            venueName: try row.decode(at: 3), startsAt: try row.decode(at: 4), provider: try row.decode(at: 5),
            paymentId: try row.decode(at: 6), lines: lines, subtotal: subtotal, serviceFee: serviceFee,
            total: subtotal + serviceFee,
            taxes: taxes.filter { $0.key > 0 }.sorted { $0.key < $1.key }.map {
                ReceiptTaxResource(basisPoints: $0.key, amount: $0.value)
            },
            refunds: [], refunded: try row.money(at: 9, in: currency))
    }

    /// A performance's statement by an instant, or by now; nil when it is not the organizer's.
    public nonisolated(nonsending) func statement(
        _ question: PerformanceSalesRequest, asOf: Timestamp? = nil
    ) async throws(PostgresFailure) -> StatementResource? {
        let rows = try await pool.execute(
            Self.heading, [question.performanceId, question.organizerId, question.isAdmin])
        guard let row = rows.first else { return nil }
        let currency = try row.decode(String.self, at: 2)
        let now = try row.decode(Timestamp.self, at: 3)
        let time = min(asOf ?? now, now)
        var levels: [StatementLevelResource] = []
        for row in try await pool.execute(Self.levels, [question.performanceId, time]) {
            levels.append(try StatementLevelResource(row, in: currency))
        }
        let total = levels.reduce(StatementLevelResource.nothing(in: currency)) { $0.adding($1) }
        let payable =
            total.prices.amountMinor - total.priceTaxes.amountMinor - total.pricesRefunded.amountMinor
            + total.priceTaxesRefunded.amountMinor
        return StatementResource(
            performanceId: question.performanceId, eventTitle: try row.decode(at: 0), startsAt: try row.decode(at: 1),
            asOf: time, priceLevels: levels, total: total,
            payable: Money(amountMinor: payable, currency: currency))
    }

    /// The instant that a statement of now, or of an earlier one, is by; nil when the performance is not the organizer's.
    public nonisolated(nonsending) func time(
        of question: PerformanceSalesRequest, asOf: Timestamp?
    ) async throws(PostgresFailure) -> Timestamp? {
        let rows = try await pool.execute(
            Self.heading, [question.performanceId, question.organizerId, question.isAdmin])
        guard let now = try rows.first?.decode(Timestamp.self, at: 3) else { return nil }
        return min(asOf ?? now, now)
    }

    /// The tickets of the next orders after one, as they were at an instant; nil orders are behind the last.
    public nonisolated(nonsending) func lines(
        of performance: PerformanceID, asOf time: Timestamp, after order: OrderID?, limit: Int
    ) async throws(PostgresFailure) -> [StatementLine] {
        var lines: [StatementLine] = []
        let rows = try await pool.execute(
            Self.linesStatement, [performance, time, order ?? OrderID(high: 0, low: 0), Int64(limit)])
        for row in rows { lines.append(try StatementLine(row)) }
        return lines
    }
}

extension StatementLevelResource {
    fileprivate init(_ row: PostgresRow, in currency: String) throws(PostgresFailure) {
        self.init(
            priceLevelId: try row.decode(at: 0), name: try row.decode(at: 1),
            ticketsSold: Int(try row.decode(Int32.self, at: 2)),
            ticketsRefunded: Int(try row.decode(Int32.self, at: 3)), prices: try row.money(at: 4, in: currency),
            priceTaxes: try row.money(at: 5, in: currency), serviceFees: try row.money(at: 6, in: currency),
            pricesRefunded: try row.money(at: 7, in: currency), priceTaxesRefunded: try row.money(at: 8, in: currency),
            serviceFeesRefunded: try row.money(at: 9, in: currency))
    }

    fileprivate static func nothing(in currency: String) -> StatementLevelResource {
        let nothing = Money.zero(currency)
        return StatementLevelResource(
            priceLevelId: nil, name: nil, ticketsSold: 0, ticketsRefunded: 0, prices: nothing, priceTaxes: nothing,
            serviceFees: nothing, pricesRefunded: nothing, priceTaxesRefunded: nothing, serviceFeesRefunded: nothing)
    }

    fileprivate func adding(_ level: StatementLevelResource) -> StatementLevelResource {
        StatementLevelResource(
            priceLevelId: nil, name: nil, ticketsSold: ticketsSold + level.ticketsSold,
            ticketsRefunded: ticketsRefunded + level.ticketsRefunded, prices: prices + level.prices,
            priceTaxes: priceTaxes + level.priceTaxes, serviceFees: serviceFees + level.serviceFees,
            pricesRefunded: pricesRefunded + level.pricesRefunded,
            priceTaxesRefunded: priceTaxesRefunded + level.priceTaxesRefunded,
            serviceFeesRefunded: serviceFeesRefunded + level.serviceFeesRefunded)
    }
}
