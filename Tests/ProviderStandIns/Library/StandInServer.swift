import HTTP2
import Logging
public import NIOCore

/// A listener for a stand-in.
public struct StandInServer: Sendable {
    private let server: HTTPServer

    /// Serves routes.
    init(routes: RouteTable, logger: Logger) {
        var settings = HTTPServerSettings()
        settings.stopMilliseconds = 200
        server = HTTPServer(settings: settings, logger: logger, handler: routes.handler())
    }

    /// Starts to listen on 127.0.0.1; port 0 takes a free one. Returns the port.
    @discardableResult
    public func start(on group: any EventLoopGroup, port: Int = 0) async throws -> Int {
        try await server.start(on: group, host: "127.0.0.1", port: port)
    }

    /// Closes the listener and its connections.
    public func stop() async {
        await server.shutdown()
    }
}
