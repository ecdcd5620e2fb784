import HTTP2
import LoadEngine
import Logging
import NIOCore
import NIOPosix
import Ticketing
import ViewerCrowd
import Wire

/// Reads a performance from the public API.
enum SaleReader {
    static func performance(_ id: PerformanceID, at address: CrowdAddress) async throws -> PerformanceResource {
        let client = HTTPClient(
            group: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "rush") { _ in SwiftLogNoOpLogHandler() })
        defer { client.shutdown() }
        let response = try await client.execute(
            ClientRequest(path: "/v1/performances/\(id)"), to: Endpoint(host: address.host, port: Int(address.port)),
            deadline: .now + .seconds(10))
        let body = try await response.body.collect(upTo: 1_048_576)
        guard response.status.code == 200 else {
            throw ShellCommand.Failure(
                description: "The performance \(id) can't be read: \(response.status.code) "
                    + String(decoding: body.readableBytesView.prefix(300), as: UTF8.self))
        }
        return try WireJSON.decode(PerformanceResource.self, from: body.readableBytesView)
    }
}
