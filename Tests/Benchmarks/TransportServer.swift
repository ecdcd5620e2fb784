import ArgumentParser
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix

/// The server that `transport` measures: one loop, a route, a tiny answer.
struct TransportServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @Option var port = 21_480

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let body = ByteBuffer(string: "tiny")
        var routes = RouteTable()
        routes.on(.get, "/tiny") { _ in
            ServerResponse(status: .ok, headerFields: [.contentType: "text/plain"], body: .bytes(body))
        }
        let server = HTTPServer(logger: Logger(label: "transport"), routes: routes)
        try await server.start(on: group, host: "127.0.0.1", port: port)
        // Runs until its parent ends it.
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }
}
