import HTTP2
import HTTPTypes
import LoadEngine
import LoadModel
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Ticketing
import ViewerCrowd
import Wire

/// A gateway by script on a port of its own, which remembers what it was asked.
final class ScriptedGateway: Sendable {
    static let performance = PerformanceID(high: 7, low: 7)
    static let seatCount = 64

    /// Somebody's question.
    struct Question: Sendable {
        /// How many came before it.
        let number: Int
        let method: String
        let path: String
        let fields: HTTPFields
        let body: [UInt8]

        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { fields[$0] } }
    }

    private let answer: @Sendable (Question) async -> ServerResponse
    private let asked = Mutex<[Question]>([])
    private let place = Mutex<(port: Int, server: HTTPServer?)>((0, nil))

    private init(answer: @escaping @Sendable (Question) async -> ServerResponse) {
        self.answer = answer
    }

    /// What it was asked so far.
    var questions: [Question] { asked.withLock { $0 } }

    /// Where it is.
    var target: LoadTarget {
        LoadTarget(
            address: CrowdAddress(port: place.withLock { $0.port }), performance: Self.performance,
            seatCount: Self.seatCount, hasRoom: false, opensAt: Timestamp(unixMicroseconds: 0), forwards: false)
    }

    /// Closes all connections, whatever is under way.
    func cut() async { await place.withLock { $0.server }?.shutdown() }

    private func take(_ request: ServerRequest) async -> ServerResponse {
        let bytes = (try? await request.body.collect(upTo: 65_536)).map { Array($0.readableBytesView) } ?? []
        let question = asked.withLock { asked in
            asked.append(
                Question(
                    number: asked.count, method: request.method.rawValue, path: String(request.path),
                    fields: request.headerFields, body: bytes))
            return asked[asked.count - 1]
        }
        return await answer(question)
    }

    /// Lets one answer for the length of `body`.
    static func with(
        _ settings: HTTPServerSettings = HTTPServerSettings(),
        answer: @escaping @Sendable (Question) async -> ServerResponse,
        _ body: (ScriptedGateway) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let gateway = ScriptedGateway(answer: answer)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(settings: settings, logger: logger) { await gateway.take($0) }
        let port = try await server.start(on: group, host: "127.0.0.1", port: FreePort.find())
        gateway.place.withLock { $0 = (port, server) }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(gateway))
        } catch {
            outcome = .failure(error)
        }
        await server.shutdown()
        try await group.shutdownGracefully()
        try outcome.get()
    }
}

extension ServerResponse {
    /// JSON as it stands there.
    static func json(_ text: String, _ status: HTTPResponse.Status = .ok, after seconds: Int? = nil) -> ServerResponse {
        var response = ServerResponse(
            status: status, headerFields: [.contentType: "application/json"], body: .text(text))
        if let seconds { response.headerFields[.retryAfter] = "\(seconds)" }
        return response
    }

    /// What the sale answers where nothing goes wrong: one id after the other.
    static func sale(_ question: ScriptedGateway.Question) -> ServerResponse {
        let hold = "01900000-0000-7000-8000-000000000001"
        let order = "01900000-0000-7000-8000-000000000002"
        switch (question.method, question.path.split(separator: "/").last) {
        case ("POST", "holds"):
            return .json(
                #"{"hold_id":"\#(hold)","seat_indexes":[1],"expires_at":"2026-11-22T10:00:00Z"}"#, .created)
        case ("POST", "orders"): return .json(#"{"order_id":"\#(order)","state":"pending"}"#, .created)
        case ("POST", "payments"): return .json(#"{"order_id":"\#(order)","state":"paid"}"#, .created)
        case ("DELETE", _): return ServerResponse(status: .noContent)
        default: return .json("{}")
        }
    }
}
