import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// The seats' states, asked for and streamed.
struct SeatRoutes: Sendable {
    let edge: EdgeRoutes
    let actors: ContractActors
    let snapshots: SnapshotCache
    let streams: StreamRelay

    func register(in routes: inout RouteTable) {
        routes.on(.get, "/v1/performances/{performance_id}/seats", edge.answering(seats))
        routes.on(.get, "/v1/performances/{performance_id}/seats/stream", edge.answering(stream))
    }

    private func seats(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        guard let position = try request.position() else { return try await snapshots.snapshot(of: performance) }
        let question = SeatsQuestion(performanceId: performance, after: position)
        switch try await actors.seatMap(performance).seats(question) {
        case .snapshot(let snapshot): return .json(snapshot)
        case .delta(let delta): return .json(delta)
        case .unknownPerformance: throw EdgeRefusal(.notFound)
        }
    }

    private func stream(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        return try await streams.stream(of: performance, after: try request.position())
    }
}

extension ServerRequest {
    /// Where the asker stands: `Last-Event-ID`, or else the query's `after`.
    fileprivate func position() throws -> SeatsPosition? {
        if let text = head.headerFields[.lastEventID], let position = SeatsPosition(text: text) { return position }
        guard let text = queryParameter("after") else { return nil }
        guard let position = SeatsPosition(text: text) else {
            throw EdgeRefusal(.invalidField("after", "malformed", detail: "{epoch}.{sequence}, both whole numbers."))
        }
        return position
    }
}
