import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Testing

/// A server of our own on a free port of the loopback, and a client, for the length of one test.
struct Loopback {
    let group: MultiThreadedEventLoopGroup
    let server: HTTPServer
    let client: HTTPClient
    let endpoint: Endpoint

    static func with<Result>(
        settings: HTTPServerSettings = HTTPServerSettings(),
        clientSettings: HTTPClientSettings = HTTPClientSettings(),
        handler: @escaping RequestHandler,
        _ body: (Loopback) async throws -> Result
    ) async throws -> Result {
        try await with(
            clientSettings: clientSettings, { HTTPServer(settings: settings, logger: $0, handler: handler) }, body)
    }

    /// The same with a table of routes.
    static func with<Result>(
        settings: HTTPServerSettings = HTTPServerSettings(), routes: RouteTable,
        _ body: (Loopback) async throws -> Result
    ) async throws -> Result {
        try await with(
            clientSettings: HTTPClientSettings(), { HTTPServer(settings: settings, logger: $0, routes: routes) }, body)
    }

    private static func with<Result>(
        clientSettings: HTTPClientSettings, _ makeServer: (Logger) -> HTTPServer,
        _ body: (Loopback) async throws -> Result
    ) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = makeServer(logger)
        let port = try await TestPorts.bind { try await server.start(on: group, host: "127.0.0.1", port: $0) }
        let client = HTTPClient(settings: clientSettings, group: group, logger: logger)
        let loopback = Loopback(
            group: group, server: server, client: client, endpoint: Endpoint(host: "127.0.0.1", port: port))
        do {
            let result = try await body(loopback)
            client.shutdown()
            await server.shutdown()
            return result
        } catch {
            client.shutdown()
            await server.shutdown()
            throw error
        }
    }

    /// One call, with its body as text.
    func ask(
        _ method: HTTPRequest.Method = .get, _ path: String, headerFields: HTTPFields = [:], body: String = "",
        within: Duration = .seconds(20)
    ) async throws -> (status: Int, text: String, head: HTTPResponse) {
        let request = ClientRequest(
            method: method, path: path, headerFields: headerFields, body: ByteBuffer(string: body))
        let response = try await client.execute(request, to: endpoint, deadline: .now + within)
        let text = try await response.body.collect(upTo: 10_000_000)
        return (response.status.code, String(buffer: text), response.head)
    }
}

/// Ports that nobody else on the machine was given.
enum TestPorts {
    private static let range = 21_000...21_449

    /// Binds to some free port of the range.
    static func bind(_ body: (Int) async throws -> Int) async throws -> Int {
        for _ in 0..<100 {
            do {
                return try await body(Int.random(in: range))
            } catch let error as IOError where error.errnoCode == 98 {
                continue
            }
        }
        return try await body(0)
    }
}

/// Waits until `condition` holds; records an issue after ten seconds.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("never came true: \(what)")
            return
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
