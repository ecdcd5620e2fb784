import HTTPTypes
import Logging
import NIOCore
import Synchronization

@testable import HTTP2

/// Handlers of every kind that the product has; the path's first letter chooses.
enum FuzzedHandlers {
    /// A request as its handler saw it.
    struct Seen: Equatable {
        let method: String
        let authority: String?
        let path: String
        /// Nil unless it was read to its end.
        var body: [UInt8]?
    }

    private struct State {
        var running = 0
        var openSources = 0
        var seen: [Seen] = []
    }

    private static let state = Mutex(State())

    static let core = ServerCore(
        settings: settings(), tls: nil, routes: RouteResolver(answer), refusal: { ServerResponse(status: $0.status) },
        logger: Logger(label: "fuzzer") { _ in SwiftLogNoOpLogHandler() })

    /// Forgets what was seen.
    static func begin() {
        state.withLock { $0.seen = [] }
    }

    static var seen: [Seen] { state.withLock { $0.seen } }

    /// Once a connection is gone nothing of it may run on.
    static func checkAllEnded() {
        state.withLock { state in
            precondition(state.running == 0, "\(state.running) handlers outlive their connection")
            precondition(state.openSources == 0, "\(state.openSources) sources outlive their connection")
        }
        precondition(core.unanswered == 0, "\(core.unanswered) requests are still counted")
    }

    private static func settings() -> HTTPServerSettings {
        var settings = HTTPServerSettings()
        settings.streamsMax = 16
        settings.headerBytesMax = 2_048
        settings.headerFieldsMax = 24
        settings.bodyBytesMax = 4_096
        settings.writeBufferBytes = 512
        settings.resetsBurst = 20
        settings.controlFramesBurst = 40
        return settings
    }

    private static let answer: RequestHandler = { request in
        let number = state.withLock { state in
            state.running += 1
            state.seen.append(
                Seen(
                    method: request.method.rawValue, authority: request.authority,
                    path: request.head.path ?? "", body: nil))
            return state.seen.count - 1
        }
        defer { state.withLock { $0.running -= 1 } }
        if request.asksForWebSocket { return .webSocket(words) }
        switch request.path.utf8.dropFirst().first.map({ $0 % 8 }) {
        case 0: return ServerResponse(status: .ok, body: source)
        case 1: return ServerResponse(status: .ok, body: words)
        case 2: return ServerResponse(status: .ok, body: .bytes(ByteBuffer(repeating: 97, count: 100_000)))
        case 3: return ServerResponse(status: .noContent)
        case 4: return ServerResponse(status: .ok, body: broken)
        default:
            guard let body = try? await request.body.collect(upTo: 3_000) else {
                return ServerResponse(status: .badRequest)
            }
            state.withLock { state in
                if number < state.seen.count { state.seen[number].body = Array(body.readableBytesView) }
            }
            return ServerResponse(status: .ok, body: .bytes(body))
        }
    }

    private static var words: ResponseBody {
        .stream { writer in
            for _ in 0..<4 { try await writer.write(WebSocketFrame.text(ByteBuffer(repeating: 98, count: 300))) }
        }
    }

    private static var broken: ResponseBody {
        .stream { writer in
            try await writer.write("half")
            throw CancellationError()
        }
    }

    private static var source: ResponseBody {
        .source { _ in
            state.withLock { $0.openSources += 1 }
            return FuzzedSource { state.withLock { $0.openSources -= 1 } }
        }
    }
}
