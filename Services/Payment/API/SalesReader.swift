import LedgerStore
import Ticketing
import Wire

/// Answers organizers who ask how a performance sells.
struct SalesReader: Sendable {
    private let orders: OrdersStore
    private let figures: SalesFiguresStore
    private let settings: CheckoutSettings

    init(orders: OrdersStore, figures: SalesFiguresStore, settings: CheckoutSettings) {
        self.orders = orders
        self.figures = figures
        self.settings = settings
    }

    /// How a performance sells.
    func sales(_ question: PerformanceSalesRequest, requestID: String?) async throws -> Answer {
        guard let sales = try await sales(question) else { return try notFound(requestID) }
        return try Answer(sales)
    }

    /// How it sold in each minute, the latest first.
    func minutes(_ question: SalesMinutesRequest, requestID: String?) async throws -> Answer {
        guard let sales = try await sales(question.sales) else { return try notFound(requestID) }
        let limit = max(1, min(question.limit, settings.pageItemsMax))
        let found = try await figures.minutes(
            of: sales.performanceId, currency: sales.gross.currency,
            from: question.from ?? Timestamp(unixMicroseconds: 0),
            until: question.to ?? Timestamp.now.advanced(bySeconds: 60), limit: limit + 1)
        let page = Array(found.prefix(limit))
        return try Answer(
            ListResource(items: page, nextCursor: found.count > limit ? page.last?.minute.description : nil))
    }

    private func sales(_ question: PerformanceSalesRequest) async throws -> PerformanceSalesResource? {
        try await orders.sales(
            of: question.performanceId, organizer: question.organizerId, isAdmin: question.isAdmin)
    }

    private func notFound(_ requestID: String?) throws -> Answer {
        try Answer(refusal: Problem(.notFound, detail: "There is no such performance."), of: requestID)
    }
}
