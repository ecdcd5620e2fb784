import Contracts
import HTTP2
import HTTPTypes
import Sessions
import Ticketing
import Wire

/// Short claims on seats.
struct HoldRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors
    /// Nil where nobody is asked for work.
    let challenges: HoldChallenges?
    private let gatherer: HoldGatherer

    init(edge: EdgeRoutes, actors: ContractActors, challenges: HoldChallenges? = nil) {
        self.edge = edge
        self.actors = actors
        self.challenges = challenges
        gatherer = HoldGatherer(actors: actors)
    }

    func register(in routes: inout EdgeTable) {
        routes.on(.post, "/v1/performances/{performance_id}/holds", .hold, edge.answering(create))
        routes.on(.get, "/v1/holds", .place, edge.answering(list))
        routes.on(.get, "/v1/holds/{hold_id}", .place, edge.answering(read))
        routes.on(.delete, "/v1/holds/{hold_id}", .hold, edge.answering(release))
    }

    private func create(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        let key = try request.idempotencyKey()
        try challenges?.admit(
            ChallengeToken.Purpose(performanceID: performance, customerID: session.customerID, idempotencyKey: key),
            solution: request.headerFields.value(of: .challengeSolution))
        let body = try await request.json(HoldRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        let command = HoldCommand(
            customerId: session.customerID, idempotencyKey: key,
            fingerprint: edge.fingerprint(of: request, body: body.bytes), seatIndexes: body.value.seatIndexes,
            bestAvailable: body.value.bestAvailable, admissionToken: request.headerFields.value(of: .admissionToken))
        return .answer(
            try await gatherer.hold(command, in: performance, on: LoopExecutor.of(request.eventLoop)))
    }

    private func list(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        guard let performance = request.queryParameter("performance_id").flatMap({ PerformanceID($0) }) else {
            throw EdgeRefusal(.invalidField("performance_id", "missing", detail: "Name a performance."))
        }
        return .answer(
            try await actors.holds(session.customerID)
                .holds(HoldListRequest(customerId: session.customerID, performanceId: performance)))
    }

    private func read(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        return .answer(try await actors.holds(session.customerID).hold(try question(request, session)))
    }

    private func release(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        return .answer(try await actors.holds(session.customerID).release(try question(request, session)))
    }

    private func question(_ request: ServerRequest, _ session: SessionToken) throws -> HoldQuestion {
        HoldQuestion(holdId: try request.id("hold_id"), customerId: session.customerID)
    }
}
