import HTTPTypes
import Logging
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
    let settings: HTTPServerSettings
    /// Nil for clear text.
    let tls: TLSIdentity?
    /// Who answers a request.
    let routes: RouteResolver
    let refusal: @Sendable (ServerRefusal) -> ServerResponse
    let logger: Logger

    private let count: RequestCount

    init(
        settings: HTTPServerSettings, tls: TLSIdentity?, routes: RouteResolver,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse, logger: Logger,
        count: RequestCount = RequestCount()
    ) {
        self.settings = settings
        self.tls = tls
        self.routes = routes
        self.refusal = refusal
        self.logger = logger
        self.count = count
    }

    /// The same server with other limits; both count their requests together.
    func with(_ settings: HTTPServerSettings) -> ServerCore {
        ServerCore(settings: settings, tls: tls, routes: routes, refusal: refusal, logger: logger, count: count)
    }

    /// Requests that wait for their answer's head.
    var unanswered: Int { count.unanswered.load(ordering: .relaxed) }

    /// Whether the listener takes one more request: those count that are not answered to their end, streams among them.
    var hasRoom: Bool { count.open.load(ordering: .relaxed) < settings.requestsMax }

    func requestOpened() {
        count.open.add(1, ordering: .relaxed)
        count.unanswered.add(1, ordering: .relaxed)
    }

    /// A request was answered at the doorstep: it waits for nothing, and is open until its answer is out.
    func requestOpenedAnswered() {
        count.open.add(1, ordering: .relaxed)
    }

    func requestAnswered() {
        count.unanswered.subtract(1, ordering: .relaxed)
    }

    func requestClosed() {
        count.open.subtract(1, ordering: .relaxed)
    }
}

/// How many requests a server has: not over, and not answered.
final class RequestCount: Sendable {
    let open = Atomic(0)
    let unanswered = Atomic(0)
}
