import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Ticketing
import Wire

/// Waiting for seats that come back, and the organizer's rule for what happens after the opening.
struct FairnessRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        let entry = "/v1/performances/{performance_id}/waiting-list/entry"
        routes.on(.put, entry, .place, edge.answering(join))
        routes.on(.get, entry, .place, edge.answering(read))
        routes.on(.delete, entry, .place, edge.answering(leave))
        let rule = "/v1/organizer/performances/{performance_id}/fairness-rule"
        routes.on(.get, rule, .place, edge.answering(readRule))
        routes.on(.put, rule, .place, edge.answering(changeRule))
    }

    private func join(_ request: ServerRequest) async throws -> ServerResponse {
        let place = try await place(request)
        let body = try await request.json(WaitingListRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = WaitingListCommand(
            place: place, wish: body.value, admissionToken: request.headerFields[.admissionToken])
        return .answer(try await actors.fairness(place.performanceId).joinWaitingList(command))
    }

    private func read(_ request: ServerRequest) async throws -> ServerResponse {
        let place = try await place(request)
        return .answer(try await actors.fairness(place.performanceId).waitingListEntry(place))
    }

    private func leave(_ request: ServerRequest) async throws -> ServerResponse {
        let place = try await place(request)
        return .answer(try await actors.fairness(place.performanceId).leaveWaitingList(place))
    }

    private func readRule(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        return .answer(try await actors.fairness(question.performanceId).rule(question))
    }

    private func changeRule(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        let body = try await request.json(FairnessRuleResource.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = FairnessRuleCommand(sales: question, rule: body.value)
        return .answer(try await actors.fairness(question.performanceId).changeRule(command))
    }

    private func place(_ request: ServerRequest) async throws -> WaitingListQuestion {
        let session = try await edge.sessions.session(of: request)
        return WaitingListQuestion(performanceId: try request.id("performance_id"), customerId: session.customerID)
    }

    private func question(_ request: ServerRequest) async throws -> PerformanceSalesRequest {
        let organizer = try await edge.sessions.organizer(of: request)
        return PerformanceSalesRequest(
            performanceId: try request.id("performance_id"), organizerId: organizer.customerID,
            isAdmin: organizer.role == .admin)
    }
}
