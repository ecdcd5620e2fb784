public import HTTP2
import Logging
public import NIOCore
public import ServiceLifecycle
import Telemetry

/// An HTTP server as a part of a service: it listens, and at the stop it drains.
public struct ListenerService: Service, CustomStringConvertible {
    private let name: String
    private let server: HTTPServer
    private let group: any EventLoopGroup
    private let address: NetworkAddress
    private let logger: Logger
    private let opened: @Sendable (Int) -> Void

    /// A listener that is not open yet.
    ///
    /// - Parameter opened: is told the port that was bound.
    public init(
        name: String, server: HTTPServer, on group: any EventLoopGroup, address: NetworkAddress,
        opened: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.name = name
        self.server = server
        self.group = group
        self.address = address
        self.opened = opened
        logger = Logger(label: "listener")
    }

    /// The listener's name, for logs.
    public var description: String { name }

    /// Opens the port and returns when, after a graceful stop or a cancellation, all connections are closed.
    public func run() async throws {
        let port = try await server.start(on: group, host: address.host, port: address.port)
        logger.info("listening", metadata: ["listener": "\(name)", "host": "\(address.host)", "port": "\(port)"])
        Telemetry.metrics.gauge("http_requests_in_flight", [("listener", name)]) { [server] in
            Double(server.requestsInFlight)
        }
        Telemetry.metrics.gauge("http_connections", [("listener", name)]) { [server] in
            Double(server.connectionCount)
        }
        opened(port)
        try? await gracefulShutdown()
        await server.shutdown()
    }
}
