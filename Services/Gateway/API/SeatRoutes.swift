import Contracts
import HTTP2
import HTTPTypes
import NIOCore
import Ticketing
import Wire

/// The seats' states, asked for and streamed.
struct SeatRoutes: Sendable {
    let edge: EdgeRoutes
    let snapshots: SnapshotCache
    let changes: ChangesCache
    let streams: StreamRelay

    func register(in routes: inout EdgeTable) {
        routes.on(.get, "/v1/performances/{performance_id}/seats", .browse, by: .memory, edge.answering(seats))
        routes.on(.get, "/v1/performances/{performance_id}/seats/stream", .browse, by: .memory, edge.answering(stream))
    }

    private func seats(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        guard let position = try request.position() else { return try await snapshots.snapshot(of: performance) }
        return try await changes.changes(of: performance, after: position)
    }

    private func stream(_ request: ServerRequest) async throws -> ServerResponse {
        let performance: PerformanceID = try request.id("performance_id")
        let stream = SeatStream(performance: performance, sections: try request.sections())
        return try await streams.response(
            with: stream, after: try request.position(), by: request.asksForWebSocket ? .webSocket : .events)
    }
}

extension ServerRequest {
    /// The sections that the asker names, if any.
    fileprivate func sections() throws -> String? {
        guard let text = queryParameter("sections") else { return nil }
        guard (1...4_096).contains(text.utf8.count) else {
            throw EdgeRefusal(.invalidField("sections", "out_of_range", detail: "One to 64 names of sections."))
        }
        return text
    }

    /// Where the asker stands: `Last-Event-ID`, or else the query's `after`.
    fileprivate func position() throws -> SeatsPosition? {
        if let text = headerFields.value(of: .lastEventID), let position = SeatsPosition(text: text) { return position }
        guard let text = queryParameter("after") else { return nil }
        guard let position = SeatsPosition(text: text) else {
            throw EdgeRefusal(.invalidField("after", "malformed", detail: "{epoch}.{sequence}, both whole numbers."))
        }
        return position
    }
}
