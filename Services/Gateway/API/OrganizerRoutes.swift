import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Ticketing
import Wire

/// What organizers see of their sales, and give back of them.
struct OrganizerRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/organizer/performances/{performance_id}/sales", .place, edge.answering(sales))
        routes.on(.get, "/v1/organizer/performances/{performance_id}/sales/minutes", .place, edge.answering(minutes))
        routes.on(.get, "/v1/organizer/performances/{performance_id}/refund-rule", .place, edge.answering(refundRule))
        routes.on(
            .put, "/v1/organizer/performances/{performance_id}/refund-rule", .place, edge.answering(changeRefundRule))
        routes.on(
            .get, "/v1/organizer/performances/{performance_id}/cancellation", .place, edge.answering(cancellation))
        routes.on(.post, "/v1/organizer/performances/{performance_id}/cancellation", .place, edge.answering(cancel))
        routes.on(.post, "/v1/organizer/orders/{order_id}/refunds", .place, edge.answering(refund))
    }

    private func refundRule(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        return .answer(try await actors.payments(question.performanceId.description).refundRule(question))
    }

    private func changeRefundRule(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        let body = try await request.json(RefundRuleResource.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = RefundRuleCommand(sales: question, rule: body.value)
        return .answer(try await actors.payments(question.performanceId.description).changeRefundRule(command))
    }

    private func cancellation(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        return .answer(try await actors.payments(question.performanceId.description).cancellation(question))
    }

    private func cancel(_ request: ServerRequest) async throws -> ServerResponse {
        let organizer = try await edge.sessions.organizer(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        let key = try request.idempotencyKey()
        let body = try await request.json(CancellationRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = CancellationCommand(
            askerId: organizer.customerID, asker: organizer.role == .admin ? .operator : .organizer,
            performanceId: performance, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), reason: body.value.reason)
        return .answer(
            try await edge.keyed(key) {
                try await actors.payments(performance.description).cancelPerformance(command)
            })
    }

    private func refund(_ request: ServerRequest) async throws -> ServerResponse {
        let organizer = try await edge.sessions.organizer(of: request)
        let order: OrderID = try request.id("order_id")
        let key = try request.idempotencyKey()
        let body = try await request.json(RefundRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = RefundCommand(
            askerId: organizer.customerID, asker: organizer.role == .admin ? .operator : .organizer, orderId: order,
            idempotencyKey: key, fingerprint: edge.fingerprint(of: request, body: body.bytes),
            ticketIds: body.value.ticketIds, reason: body.value.reason)
        return .answer(try await edge.keyed(key) { try await actors.payments(order.description).refund(command) })
    }

    private func sales(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        return .answer(try await actors.payments(question.performanceId.description).sales(question))
    }

    private func minutes(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        let minutes = SalesMinutesRequest(
            sales: question, from: try request.time("from"),
            to: try request.time("cursor") ?? request.time("to"),
            limit: try request.limit(default: OrderRoutes.pageMax, max: OrderRoutes.pageMax))
        return .answer(try await actors.payments(question.performanceId.description).salesMinutes(minutes))
    }

    private func question(_ request: ServerRequest) async throws -> PerformanceSalesRequest {
        let organizer = try await edge.sessions.organizer(of: request)
        return PerformanceSalesRequest(
            performanceId: try request.id("performance_id"), organizerId: organizer.customerID,
            isAdmin: organizer.role == .admin)
    }
}
