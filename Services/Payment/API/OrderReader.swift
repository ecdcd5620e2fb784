import LedgerStore
import Ticketing
import Wire

/// Answers questions about orders and tickets, and lets bearers in.
struct OrderReader: Sendable {
    private let orders: OrdersStore
    private let refunds: RefundsStore
    private let tickets: TicketsStore
    private let settings: CheckoutSettings

    init(orders: OrdersStore, refunds: RefundsStore, tickets: TicketsStore, settings: CheckoutSettings) {
        self.orders = orders
        self.refunds = refunds
        self.tickets = tickets
        self.settings = settings
    }

    /// One order of a customer.
    func order(_ question: OrderQuestion, requestID: String?) async throws -> Answer {
        guard let order = try await complete([question.orderId], of: question.customerId).first else {
            return try notFound("There is no such order.", requestID)
        }
        return try Answer(order)
    }

    /// A page of a customer's orders, the latest first.
    func orders(_ question: CustomerListRequest, requestID: String?) async throws -> Answer {
        let cursor = question.cursor.map { OrderID($0) }
        if case .some(.none) = cursor { return try badCursor(requestID) }
        let limit = limit(question.limit)
        let found = try await orders.ids(of: question.customerId, after: cursor ?? nil, limit: limit + 1)
        let page = try await complete(Array(found.prefix(limit)), of: question.customerId)
        return try Answer(
            ListResource(items: page, nextCursor: found.count > limit ? page.last?.orderId.description : nil))
    }

    /// A customer's orders with their refunds and with what may be given back. The refunds are read first: an order may
    /// be ahead of them, which the next reading mends, but no refund is ever ahead of its order.
    private func complete(_ ids: [OrderID], of customer: CustomerID) async throws -> [OrderResource] {
        let refunds = try await refunds.refunds(of: ids)
        let orders = try await orders.orders(ids).filter { $0.customerID == customer }.map(\.resource)
        let offers = try await self.refunds.offers(of: Set(orders.map(\.performanceId)))
        return orders.map { order in
            var order = order
            order.refunds = refunds[order.orderId] ?? []
            let canBeRefunded = order.tickets.contains { $0.state == .valid }
            order.refundOffer = canBeRefunded ? offers[order.performanceId] : nil
            return order
        }
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
