import HTTPTypes
import Logging
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
    let settings: HTTPServerSettings
    /// Nil for clear text.
    let tls: TLSIdentity?
    /// Who answers a request; may note on it by which route.
    let resolve: @Sendable (inout ServerRequest) -> RequestHandler
    let refusal: @Sendable (ServerRefusal) -> ServerResponse
    let logger: Logger

    private let openCount = Atomic(0)
    private let unansweredCount = Atomic(0)

    init(
        settings: HTTPServerSettings, tls: TLSIdentity?,
        resolve: @escaping @Sendable (inout ServerRequest) -> RequestHandler,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse, logger: Logger
    ) {
        self.settings = settings
        self.tls = tls
        self.resolve = resolve
        self.refusal = refusal
        self.logger = logger
    }

    /// Requests that wait for their answer's head.
    var unanswered: Int { unansweredCount.load(ordering: .relaxed) }

    /// Whether the listener takes one more request: those count that are not answered to their end, streams among them.
    var hasRoom: Bool { openCount.load(ordering: .relaxed) < settings.requestsMax }

    func requestOpened() {
        openCount.add(1, ordering: .relaxed)
        unansweredCount.add(1, ordering: .relaxed)
    }

    func requestAnswered() {
        unansweredCount.subtract(1, ordering: .relaxed)
    }

    func requestClosed() {
        openCount.subtract(1, ordering: .relaxed)
    }
}
