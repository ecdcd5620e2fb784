import LedgerStore
import Ticketing
import Wire

/// Answers questions about orders, tickets and sales, and lets bearers in.
struct OrderReader: Sendable {
    private let orders: OrdersStore
    private let tickets: TicketsStore
    private let settings: CheckoutSettings

    init(orders: OrdersStore, tickets: TicketsStore, settings: CheckoutSettings) {
        self.orders = orders
        self.tickets = tickets
        self.settings = settings
    }

    /// One order of a customer.
    func order(_ question: OrderQuestion, requestID: String?) async throws -> Answer {
        guard let order = try await orders.orders([question.orderId]).first, order.customerID == question.customerId
        else { return try notFound("There is no such order.", requestID) }
        return try Answer(order.resource)
    }

    /// A page of a customer's orders, the latest first.
    func orders(_ question: CustomerListRequest, requestID: String?) async throws -> Answer {
        let cursor = question.cursor.map { OrderID($0) }
        if case .some(.none) = cursor { return try badCursor(requestID) }
        let limit = limit(question.limit)
        let found = try await orders.orders(of: question.customerId, after: cursor ?? nil, limit: limit + 1)
        let page = found.prefix(limit).map(\.resource)
        return try Answer(
            ListResource(items: page, nextCursor: found.count > limit ? page.last?.orderId.description : nil))
    }

    /// One ticket of a customer.
    func ticket(_ question: TicketQuestion, requestID: String?) async throws -> Answer {
        guard let ticket = try await tickets.ticket(question.ticketId, of: question.customerId) else {
            return try notFound("There is no such ticket.", requestID)
        }
        return try Answer(ticket)
    }

    /// A page of a customer's tickets, the latest first.
    func tickets(_ question: CustomerListRequest, requestID: String?) async throws -> Answer {
        let cursor = question.cursor.map { TicketID($0) }
        if case .some(.none) = cursor { return try badCursor(requestID) }
        let limit = limit(question.limit)
        let found = try await tickets.tickets(of: question.customerId, after: cursor ?? nil, limit: limit + 1)
        let page = Array(found.prefix(limit))
        return try Answer(
            ListResource(items: page, nextCursor: found.count > limit ? page.last?.ticketId.description : nil))
    }

    /// Lets a bearer in, once.
    func checkIn(_ command: CheckInCommand, fingerprint: [UInt8], requestID: String?) async throws -> Answer {
        // A text that can't be a code is no ticket's; it is asked all the same, so that its key has an answer.
        let code = TicketCode.canonical(command.ticketCode) ?? ""
        let key = DoorItemKey(
            customerID: command.organizerId, key: command.idempotencyKey, fingerprint: fingerprint)
        let decision = try await tickets.checkIn(code: code, by: key, isAdmin: command.isAdmin) {
            try CheckInAnswer.answer(to: $0, requestID: requestID)
        }
        return try CheckInAnswer.answer(to: decision, requestID: requestID)
    }

    /// How a performance sells.
    func sales(_ question: PerformanceSalesRequest, requestID: String?) async throws -> Answer {
        guard
            let sales = try await orders.sales(
                of: question.performanceId, organizer: question.organizerId, isAdmin: question.isAdmin)
        else { return try notFound("There is no such performance.", requestID) }
        return try Answer(sales)
    }

    private func limit(_ asked: Int) -> Int {
        max(1, min(asked, settings.pageItemsMax))
    }

    private func notFound(_ detail: String, _ requestID: String?) throws -> Answer {
        try Answer(refusal: Problem(.notFound, detail: detail), of: requestID)
    }

    private func badCursor(_ requestID: String?) throws -> Answer {
        let problem = Problem(.invalidRequest, detail: "Ask for the first page again.").with {
            $0.fields = [FieldProblem(path: "cursor", code: "malformed")]
        }
        return try Answer(refusal: problem, of: requestID)
    }
}
