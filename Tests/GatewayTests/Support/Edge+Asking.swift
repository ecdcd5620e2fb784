import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Sessions
import Ticketing

@testable import Gateway

extension Edge {
    /// Asks over a connection of its own, as a customer or as somebody else.
    func call(
        _ method: HTTPRequest.Method, _ path: String, as session: SessionToken? = nil, _ more: HTTPFields = [:],
        body: String? = nil
    ) async throws -> (status: Int, fields: HTTPFields, body: [UInt8]) {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = HTTPServer(settings: .internalListener, logger: logger, routes: table)
        let port = try await server.start(on: group, host: "127.0.0.1", port: 0)
        let client = HTTPClient(group: group, logger: logger)
        var fields = more
        if let session { fields[.authorization] = "Bearer \(codec.text(of: session))" }
        if body != nil { fields[.contentType] = "application/json" }
        let response = try await client.execute(
            ClientRequest(method: method, path: path, headerFields: fields, body: ByteBuffer(string: body ?? "")),
            to: Endpoint(host: "127.0.0.1", port: port), deadline: .now + .seconds(20))
        let bytes = Array(try await response.body.collect(upTo: 1 << 22).readableBytesView)
        client.shutdown()
        await server.shutdown()
        return (response.status.code, response.head.headerFields, bytes)
    }
}
