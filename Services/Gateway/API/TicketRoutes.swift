import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import QRCode
import Sessions
import Ticketing
import Wire

/// Tickets and the gate.
struct TicketRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/tickets", .browse, edge.answering(list))
        routes.on(.get, "/v1/tickets/{ticket_id}", .browse, edge.answering(read))
        routes.on(.get, "/v1/tickets/{ticket_id}/qr.svg", .browse, edge.answering(code))
        routes.on(.post, "/v1/check-ins", .hold, edge.answering(checkIn))
    }

    private func list(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        return .answer(
            try await actors.payments(session.customerID.description)
                .tickets(try CustomerListRequest(page: request, of: session.customerID)))
    }

    private func read(_ request: ServerRequest) async throws -> ServerResponse {
        .answer(try await ticket(request))
    }

    private func code(_ request: ServerRequest) async throws -> ServerResponse {
        let answer = try await ticket(request)
        guard !answer.isProblem, let ticket = try answer.body?.decode(TicketResource.self) else {
            return .answer(answer)
        }
        return ServerResponse(
            status: .ok, headerFields: [.contentType: "image/svg+xml", .cacheControl: "private, no-store"],
            body: .text(try QRCode(text: ticket.code).svg()))
    }

    private func checkIn(_ request: ServerRequest) async throws -> ServerResponse {
        let organizer = try await edge.sessions.organizer(of: request)
        let key = try request.idempotencyKey()
        let body = try await request.json(CheckInRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = CheckInCommand(
            organizerId: organizer.customerID, isAdmin: organizer.role == .admin, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), ticketCode: body.value.ticketCode)
        return .answer(
            try await edge.keyed(key) { try await actors.payments(organizer.customerID.description).checkIn(command) })
    }

    private func ticket(_ request: ServerRequest) async throws -> Answer {
        let session = try await edge.sessions.session(of: request)
        let ticket: TicketID = try request.id("ticket_id")
        return try await actors.payments(session.customerID.description)
            .ticket(TicketQuestion(ticketId: ticket, customerId: session.customerID))
    }
}
