import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Sessions
import Shedding
import Synchronization
import Ticketing
import WaitingRoom
import Wire

/// Waiting for one's turn. A place is asked for in the ledger once; after that its token and the line that this gateway
/// follows answer every question.
struct WaitingRoomRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors
    let lines: FollowedLines
    let answers: PlaceAnswers
    let streams: PlaceStreams
    let rankings: RankingDocuments
    /// Where the ledger is asked for the place of somebody whose request proves none.
    let looks: SharedQuestions
    let cookieIsSecure: Bool

    private static let room = "/v1/performances/{performance_id}/waiting-room"
    private static let organizer = "/v1/organizer/performances/{performance_id}/waiting-room"

    func register(in routes: inout EdgeTable) {
        routes.on(.get, Self.room, .place, by: .memory, edge.answering(published))
        routes.on(.get, Self.room + "/ranking", .browse, by: .memory, edge.answering(ranking))
        routes.on(.post, Self.room + "/entries", .place, edge.answering(enter))
        routes.on(.get, Self.room + "/entries/current", .place, by: .memory, edge.answering(current))
        routes.on(.get, Self.room + "/entries/current/stream", .place, by: .memory, edge.answering(stream))
        routes.on(.get, Self.organizer, .place, edge.answering(figures))
        routes.on(.put, Self.organizer, .place, edge.answering(change))
    }

    // MARK: For everybody

    private func published(_ request: ServerRequest) async throws -> ServerResponse {
        guard let line = try await lines.line(of: try request.id("performance_id")) else {
            throw EdgeRefusal(.notFound)
        }
        return .json(line.view().line.standing.published)
    }

    private func ranking(_ request: ServerRequest) async throws -> ServerResponse {
        guard let line = try await lines.line(of: try request.id("performance_id")),
            let heading = RankingHeading(line.view().line.standing.published)
        else { throw EdgeRefusal(.notFound) }
        return try await rankings.response(to: request, heading)
    }

    // MARK: For who waits

    private func enter(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        // Before the place is made: who is refused for want of a line has none.
        let line = try await lineToEnter(performance)
        let wish = EntryCommand(performanceId: performance, customerId: session.customerID)
        let answer = try await actors.waitingRoom(performance).enter(wish)
        guard let standing = try standing(answer) else { throw EdgeRefusal(.notFound) }
        let isNew = if case .entered = answer { true } else { false }
        return give(token(standing, performance, session), in: line, to: request, status: isNew ? .created : .ok)
    }

    private func current(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        guard let known = known(request, performance, session) else {
            let found = try await look(performance, session)
            return give(found, in: try await line(of: performance), to: request, status: .ok)
        }
        let line = try await line(of: performance)
        if let newer = await newer(than: known, in: line, session) {
            return give(newer, in: line, to: request, status: .ok)
        }
        return .json(answers.resource(known, in: line, shown: shown(by: request), tellsToken: false))
    }

    private func stream(_ request: ServerRequest) async throws -> ServerResponse {
        let session = try await edge.sessions.session(of: request)
        let performance: PerformanceID = try request.id("performance_id")
        var found = known(request, performance, session)
        if found == nil { found = try await look(performance, session) }
        guard let known = found else { throw EdgeRefusal(.notFound) }
        let line = try await line(of: performance)
        let token = await newer(than: known, in: line, session) ?? known
        guard streams.hasRoom(for: session.customerID) else {
            throw EdgeRefusal(.overloaded, detail: "Ask for the place without a stream.")
        }
        return StreamWire.events.response(
            .source { [answers, streams] waker in
                PlaceStream(token, in: line, answers: answers, waker: waker, streams: streams)
            })
    }

    /// The place that a request proves by itself. A token that proves nothing counts as none: the session tells who
    /// asks, and the ledger what is theirs.
    private func known(
        _ request: ServerRequest, _ performance: PerformanceID, _ session: SessionToken
    ) -> EntryToken? {
        guard let text = EntryCookie.token(in: request.headerFields),
            let token = try? answers.entries.token(of: text, at: .now), token.performanceID == performance,
            token.customerID == session.customerID
        else { return nil }
        return token
    }

    /// The place that the customer has instead of one whose turn is over: whoever entered again, on another device, is
    /// not told of the last turn here. Nil where there is no other, or nobody can tell.
    private func newer(
        than known: EntryToken, in line: FollowedLine, _ session: SessionToken
    ) async -> EntryToken? {
        guard line.isOver(known.number), let found = try? await look(known.performanceID, session),
            found.number > known.number
        else { return nil }
        return found
    }

    /// The customer's place, from the ledger.
    private func look(_ performance: PerformanceID, _ session: SessionToken) async throws -> EntryToken {
        let answer = try await looks.ask {
            try await actors.waitingRoom(performance)
                .entry(EntryCommand(performanceId: performance, customerId: session.customerID))
        }
        guard let standing = try standing(answer) else { throw EdgeRefusal(.notFound) }
        return token(standing, performance, session)
    }

    private func standing(_ answer: EntryAnswer) throws -> EntryStanding? {
        switch answer {
        case .entered(let standing), .known(let standing): standing
        case .noPlace, .noRoom: nil
        case .saleEnded: throw EdgeRefusal(.saleEnded)
        case .full: throw EdgeRefusal(.overloaded, detail: "The waiting room has as many places as it can have.")
        }
    }

    private func token(
        _ standing: EntryStanding, _ performance: PerformanceID, _ session: SessionToken
    ) -> EntryToken {
        EntryToken(
            entryID: standing.entryId, performanceID: performance, customerID: session.customerID,
            number: standing.number, issuedAt: .now)
    }

    private func shown(by request: ServerRequest) -> String? { request.headerFields.value(of: .admissionToken) }

    /// The place with its token, which the browser keeps by itself.
    private func give(
        _ token: EntryToken, in line: FollowedLine, to request: ServerRequest, status: HTTPResponse.Status
    ) -> ServerResponse {
        let resource = answers.resource(token, in: line, shown: shown(by: request), tellsToken: true)
        var response = ServerResponse.json(resource, status: status)
        if let text = resource.entryToken {
            response.headerFields[.setCookie] = EntryCookie.setting(
                text, for: token.performanceID, isSecure: cookieIsSecure || request.head.scheme == "https")
        }
        return response
    }

    /// The line of a room that is on.
    private func line(of performance: PerformanceID) async throws -> FollowedLine {
        guard let line = try await lines.line(of: performance), line.isOn else { throw EdgeRefusal(.notFound) }
        return line
    }

    /// The line for somebody who has a place among the requests in flight. The first question for a line takes one of
    /// its own: those who wait for its answer must not have them all.
    private func lineToEnter(_ performance: PerformanceID) async throws -> FollowedLine {
        if lines.isFollowed(performance) { return try await line(of: performance) }
        return try await IntakeSlot.elsewhere { try await line(of: performance) }
    }

    // MARK: For the organizer

    private func figures(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        return .answer(try await actors.waitingRoom(question.performanceId).figures(question))
    }

    private func change(_ request: ServerRequest) async throws -> ServerResponse {
        let question = try await question(request)
        let body = try await request.json(WaitingRoomSettingsRequest.self, bytesMax: EdgeRoutes.bodyBytesMax)
        return .answer(
            try await actors.waitingRoom(question.performanceId)
                .change(WaitingRoomCommand(sales: question, settings: body.value)))
    }

    private func question(_ request: ServerRequest) async throws -> PerformanceSalesRequest {
        let organizer = try await edge.sessions.organizer(of: request)
        return PerformanceSalesRequest(
            performanceId: try request.id("performance_id"), organizerId: organizer.customerID,
            isAdmin: organizer.role == .admin)
    }
}
