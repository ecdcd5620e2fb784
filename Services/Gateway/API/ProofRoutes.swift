import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Ticketing
import Wire

/// What is published of histories, and tickets with their proof.
struct ProofRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/performances/{performance_id}/proof/head", .browse, edge.answering(head))
        routes.on(.get, "/v1/proof/keys", .browse, edge.answering(keys))
        routes.on(.get, "/v1/tickets/{ticket_id}/proof", .browse, edge.answering(proof))
    }

    private func head(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        return .answer(
            try await actors.payments(performance.description).proofHead(ProofHeadRequest(performanceId: performance)))
    }

    private func keys(_ request: ServerRequest) async throws -> ServerResponse {
        .answer(try await actors.payments("proof-keys").proofKeys(ProofKeysRequest()))
    }

    /// A file to keep.
    private func proof(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let ticket: TicketID = try request.id("ticket_id")
        let answer = try await actors.payments(session.customerID.description)
            .ticketProof(TicketQuestion(ticketId: ticket, customerId: session.customerID))
        var response = ServerResponse.answer(answer)
        if !answer.isProblem {
            response.headerFields[.contentDisposition] = "attachment; filename=\"ticket-\(ticket).proof.json\""
            response.headerFields[.cacheControl] = "private, no-store"
        }
        return response
    }
}
