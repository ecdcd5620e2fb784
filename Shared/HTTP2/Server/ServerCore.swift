import HTTPTypes
import Logging
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
    let settings: HTTPServerSettings
    /// Who answers a request; may note on it by which route.
    let resolve: @Sendable (inout ServerRequest) -> RequestHandler
    let refusal: @Sendable (ServerRefusal) -> ServerResponse
    let logger: Logger

    init(
        settings: HTTPServerSettings, resolve: @escaping @Sendable (inout ServerRequest) -> RequestHandler,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse, logger: Logger
    ) {
        self.settings = settings
        self.resolve = resolve
        self.refusal = refusal
        self.logger = logger
    }
}
