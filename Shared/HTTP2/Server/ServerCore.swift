import HTTPTypes
import Logging
import Synchronization

/// What all connections of one server share.
final class ServerCore: Sendable {
    let settings: HTTPServerSettings
    let handler: RequestHandler
    let refusal: @Sendable (ServerRefusal) -> ServerResponse
    let logger: Logger

    init(
        settings: HTTPServerSettings, handler: @escaping RequestHandler,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse, logger: Logger
    ) {
        self.settings = settings
        self.handler = handler
        self.refusal = refusal
        self.logger = logger
    }
}
