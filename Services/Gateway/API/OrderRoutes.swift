import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Shedding
import Ticketing
import Wire

/// Orders and their payments.
struct OrderRoutes: Sendable {
    static let pageDefault = 20
    static let pageMax = 100

    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.post, "/v1/orders", .pay, edge.answering(create))
        routes.on(.get, "/v1/orders", .place, edge.answering(list))
        routes.on(.get, "/v1/orders/{order_id}", .place, edge.answering(read))
        routes.on(.post, "/v1/orders/{order_id}/payments", .pay, edge.answering(pay))
        routes.on(.post, "/v1/orders/{order_id}/refunds", .place, edge.answering(refund))
        routes.on(.get, "/v1/orders/{order_id}/receipt", .browse, edge.answering(receipt))
    }

    private func create(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request, .careful)
        let key = try request.idempotencyKey()
        let body = try await request.json(OrderRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = OrderCommand(
            customerId: session.customerID, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), holdIds: body.value.holdIds)
        return .answer(
            try await edge.keyed(key) { try await actors.payments(session.customerID.description).createOrder(command) }
        )
    }

    private func pay(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request, .careful)
        let order: OrderID = try request.id("order_id")
        let key = try request.idempotencyKey()
        let body = try await request.json(PaymentRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        if let token = body.value.paymentMethod?.token { try edge.intake.limits.payment(by: token) }
        let command = PaymentCommand(
            customerId: session.customerID, orderId: order, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), paymentMethod: body.value.paymentMethod)
        // The provider takes as long as it likes: that must not look as if there were no room here.
        return .answer(
            try await edge.keyed(key) {
                try await IntakeSlot.elsewhere { try await actors.payments(order.description).pay(command) }
            })
    }

    private func refund(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request, .careful)
        let order: OrderID = try request.id("order_id")
        let key = try request.idempotencyKey()
        let body = try await request.json(RefundRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = RefundCommand(
            askerId: session.customerID, asker: .customer, orderId: order, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), ticketIds: body.value.ticketIds,
            reason: body.value.reason)
        return .answer(try await edge.keyed(key) { try await actors.payments(order.description).refund(command) })
    }

    private func receipt(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let order: OrderID = try request.id("order_id")
        return .answer(
            try await actors.payments(order.description)
                .receipt(OrderQuestion(orderId: order, customerId: session.customerID)))
    }

    private func list(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        return .answer(
            try await actors.payments(session.customerID.description)
                .orders(try CustomerListRequest(page: request, of: session.customerID)))
    }

    private func read(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let order: OrderID = try request.id("order_id")
        return .answer(
            try await actors.payments(order.description)
                .order(OrderQuestion(orderId: order, customerId: session.customerID)))
    }
}

extension CustomerListRequest {
    /// The page that a request's query asks for.
    init(page request: ServerRequest, of customer: CustomerID) throws {
        self.init(
            customerId: customer,
            limit: try request.limit(default: OrderRoutes.pageDefault, max: OrderRoutes.pageMax),
            cursor: try request.text("cursor", bytesMax: 256))
    }
}
