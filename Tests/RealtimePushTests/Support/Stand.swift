import HTTP2
import HTTPTypes
import Logging
import NIOPosix
import Ticketing
import Wire

@testable import RealtimePush

/// A board with viewers over real sockets, for the length of one test.
struct Stand {
    let board: ViewerBoard
    private let client: HTTPClient
    let endpoint: Endpoint

    static func with<Value>(
        mergeWindow: Duration = .zero, _ body: (Stand) async throws -> Value
    ) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = HTTPClient(group: group, logger: logger)
        let board = ViewerBoard(mergeWindow: mergeWindow)
        var settings = HTTPServerSettings.internalListener
        // Longer than a busy machine keeps those from reading who want to.
        settings.writeStallMilliseconds = 2_000
        let server = HTTPServer(settings: settings, logger: logger) { request in
            let start = request.queryParameter("at").flatMap { Int64($0) } ?? ViewerSource.nowhere
            // "4-7": the seats from 4 to 7.
            let ends = request.queryParameter("seats")?.split(separator: "-").compactMap { SeatIndex($0) } ?? []
            let selection = ends.count == 2 ? SeatSelection([SeatRange(first: ends[0], last: ends[1])]) : nil
            let audience = Audience(selection: selection)
            return ServerResponse(
                status: .ok,
                body: .source { waker in
                    ViewerSource(
                        viewers: board.viewers(of: audience, on: waker.eventLoop), waker: waker, sequence: start)
                })
        }
        let port = try await server.start(on: group, host: "127.0.0.1", port: 0)
        let stand = Stand(board: board, client: client, endpoint: Endpoint(host: "127.0.0.1", port: port))
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(stand))
        } catch {
            result = .failure(error)
        }
        board.close(.draining)
        client.shutdown()
        await server.shutdown()
        return try result.get()
    }

    private init(board: ViewerBoard, client: HTTPClient, endpoint: Endpoint) {
        self.board = board
        self.client = client
        self.endpoint = endpoint
    }

    /// A viewer from the start, or from a sequence.
    func viewer(at sequence: Int64? = nil) async throws -> EventReader {
        try await EventReader.open(
            ClientRequest(path: "/" + (sequence.map { "?at=\($0)" } ?? "")), at: endpoint, by: client)
    }

    /// A viewer of some seats side by side.
    func viewer(of seats: SeatRange) async throws -> EventReader {
        try await EventReader.open(
            ClientRequest(path: "/?seats=\(seats.first)-\(seats.last)"), at: endpoint, by: client)
    }
}
