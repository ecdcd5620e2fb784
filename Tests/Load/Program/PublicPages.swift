import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Ticketing
import ViewerCrowd
import Wire

/// Reads what everybody may read of a performance.
struct PublicPages: Sendable {
    let address: CrowdAddress

    /// A whole ranking of a million entries has some fifty megabytes.
    private static let bytesMax = 256 * 1_048_576

    func performance(_ id: PerformanceID) async throws -> PerformanceResource {
        try WireJSON.decode(PerformanceResource.self, from: try await bytes("/v1/performances/\(id)"))
    }

    /// What is there; throws with the status and the first words where it is not.
    func bytes(_ path: String) async throws -> [UInt8] {
        let client = HTTPClient(
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "rush") { _ in SwiftLogNoOpLogHandler() })
        defer { client.shutdown() }
        let response = try await client.execute(
            ClientRequest(path: path), to: Endpoint(host: address.host, port: Int(address.port)),
            deadline: .now + .seconds(60))
        let body = Array(try await response.body.collect(upTo: Self.bytesMax).readableBytesView)
        guard response.status.code == 200 else {
            throw ShellCommand.Failure(
                description: "\(path) can't be read: \(response.status.code) "
                    + String(decoding: body.prefix(300), as: UTF8.self))
        }
        return body
    }
}
