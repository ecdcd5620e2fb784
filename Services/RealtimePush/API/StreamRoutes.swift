import ActorTransport
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// The streams of seats, for viewers and for gateways.
struct StreamRoutes: Sendable {
    let hub: ChannelHub
    let settings: ChannelSettings

    func register(in routes: inout RouteTable) {
        routes.on(.get, "/v1/performances/{performance_id}/seats/stream") { request in await stream(request) }
    }

    private func stream(_ request: ServerRequest) async -> ServerResponse {
        guard let performance = request.pathParameters["performance_id"].flatMap({ PerformanceID($0) }) else {
            return Self.refusal(Problem(.notFound))
        }
        guard await !hub.isDraining else { return Self.refusal(Problem(.draining, detail: "Come back in a moment.")) }
        guard await hub.viewerCount < settings.viewersMax, let channel = await hub.channel(of: performance) else {
            return Self.refusal(Problem(.overloaded, detail: "Too many people watch; come back in a moment."))
        }
        switch await channel.opened() {
        case .unknownPerformance: return Self.refusal(Problem(.notFound))
        case .unavailable: return Self.refusal(Self.unavailable)
        case .open(let position):
            var audience = Audience(framing: request.asksForWebSocket ? .webSocket : .events)
            if let sections = request.queryParameter("sections") {
                switch await selection(sections, on: channel) {
                case .success(let selection): audience.selection = selection
                case .failure(let refusal): return Self.refusal(refusal.problem)
                }
            }
            return response(for: audience, of: channel.board, from: Self.start(request, at: position))
        }
    }

    private func response(for audience: Audience, of board: ViewerBoard, from start: Int64) -> ServerResponse {
        let body = ResponseBody.source { waker in
            ViewerSource(
                viewers: board.viewers(of: audience, on: waker.eventLoop), waker: waker, sequence: start)
        }
        switch audience.framing {
        case .webSocket: return .webSocket(body)
        case .events:
            return ServerResponse(
                status: .ok,
                headerFields: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"], body: body)
        }
    }

    private func selection(
        _ text: String, on channel: PerformanceChannel
    ) async -> Result<SeatSelection, StreamRefusal> {
        let names = Set(text.split(separator: ",").map(String.init))
        guard (1...settings.sectionsMax).contains(names.count) else {
            return .failure(StreamRefusal(sections: "out_of_range"))
        }
        switch await channel.selection(of: Array(names)) {
        case .seats(let selection): return .success(selection)
        case .unknownSection: return .failure(StreamRefusal(sections: "unknown"))
        case .unavailable: return .failure(StreamRefusal(problem: Self.unavailable))
        }
    }

    /// Where a viewer goes on: at its own sequence in this epoch, or from nothing.
    private static func start(_ request: ServerRequest, at position: SeatsPosition) -> Int64 {
        let text = request.headerFields[HTTPField.Name("Last-Event-ID")!] ?? request.queryParameter("after")
        guard let text, let mine = SeatsPosition(text: text), mine.epoch == position.epoch else {
            return ViewerSource.nowhere
        }
        return mine.sequence
    }

    private static let unavailable = Problem(.ledgerUnavailable, detail: "Come back in a moment.")

    static func refusal(_ problem: Problem) -> ServerResponse {
        let body = (try? WireJSON.encode(problem)) ?? []
        var fields: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let seconds = problem.retryAfterSeconds { fields[.retryAfter] = String(seconds) }
        return ServerResponse(
            status: HTTPResponse.Status(code: problem.status), headerFields: fields,
            body: .bytes(ByteBuffer(bytes: body)))
    }
}

/// Why there is no stream.
private struct StreamRefusal: Error {
    let problem: Problem

    init(problem: Problem) {
        self.problem = problem
    }

    /// The query's sections are at fault.
    init(sections code: String) {
        var problem = Problem(.invalidRequest, detail: "Name sections of the performance's chart by their section_id.")
        problem.fields = [FieldProblem(path: "sections", code: code)]
        self.problem = problem
    }
}
