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
        guard await hub.viewerCount < settings.viewersMax, let channel = await hub.channel(of: performance) else {
            return Self.refusal(Problem(.overloaded, detail: "Too many people watch; come back in a moment."))
        }
        switch await channel.opened(within: settings.openingMax) {
        case .unknownPerformance: return Self.refusal(Problem(.notFound))
        case .unavailable: return Self.refusal(Problem(.ledgerUnavailable, detail: "Come back in a moment."))
        case .open(let position):
            let start = Self.start(request, at: position)
            return ServerResponse(
                status: .ok,
                headerFields: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
                body: .source { waker in
                    ViewerSource(viewers: channel.board.viewers(on: waker.eventLoop), waker: waker, sequence: start)
                })
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

    static func refusal(_ problem: Problem) -> ServerResponse {
        let body = (try? WireJSON.encode(problem)) ?? []
        var fields: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        if let seconds = problem.retryAfterSeconds { fields[.retryAfter] = String(seconds) }
        return ServerResponse(
            status: HTTPResponse.Status(code: problem.status), headerFields: fields,
            body: .bytes(ByteBuffer(bytes: body)))
    }
}
