import LedgerStore
import Ticketing
import Wire

/// Makes receipts for customers and statements for organizers.
struct StatementReader: Sendable {
    /// Orders on a page of a statement's lines.
    static let pageOrders = 500

    private let statements: StatementsStore
    private let refunds: RefundsStore

    init(statements: StatementsStore, refunds: RefundsStore) {
        self.statements = statements
        self.refunds = refunds
    }

    /// A customer's receipt.
    func receipt(_ question: OrderQuestion, requestID: String?) async throws -> Answer {
        // First: no refund that the receipt's sums don't know yet.
        let refunds = try await refunds.refunds(of: [question.orderId])
        guard var receipt = try await statements.receipt(question) else {
            return try Answer(
                refusal: Problem(.notFound, detail: "There is no such order, or it was never paid."), of: requestID)
        }
        receipt.refunds = refunds[question.orderId] ?? []
        return try Answer(receipt)
    }

    /// A performance's statement.
    func statement(_ question: PerformanceSalesRequest, requestID: String?) async throws -> Answer {
        guard let statement = try await statements.statement(question) else { return try notFound(requestID) }
        return try Answer(statement)
    }

    /// A page of its lines.
    func page(_ request: StatementPageRequest, requestID: String?) async throws -> Answer {
        guard let page = try await page(request) else { return try notFound(requestID) }
        return try Answer(page)
    }

    /// A page of a statement's lines; nil when the performance is not the organizer's.
    func page(_ request: StatementPageRequest) async throws -> StatementPageResource? {
        // Not the whole statement: a page costs what it holds, however many there are.
        guard let asOf = try await statements.time(of: request.sales, asOf: request.asOf) else { return nil }
        let lines = try await statements.lines(
            of: request.sales.performanceId, asOf: asOf, after: request.cursor, limit: Self.pageOrders)
        let heading = request.cursor == nil ? StatementFile.heading : ""
        return StatementPageResource(
            asOf: asOf, csv: heading + lines.map(StatementFile.line).joined(), nextCursor: lines.last?.orderID)
    }

    private func notFound(_ requestID: String?) throws -> Answer {
        try Answer(refusal: Problem(.notFound, detail: "There is no such performance."), of: requestID)
    }
}
