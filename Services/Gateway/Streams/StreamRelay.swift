import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import Ticketing
import Wire

/// Passes realtime-push's streams on to viewers: many on one internal connection, each with credit of its own, so that
/// a phone that sleeps stalls nobody else (DESIGN 7).
struct StreamRelay: Sendable {
    /// How long a replica may take to begin a stream.
    static let openingMax: Duration = .seconds(5)

    let client: HTTPClient
    let directory: ReplicaDirectory
    let credential: ServiceCredential
    let open: OpenStreams
    let logger: Logger

    /// A stream of a performance, from a position or from the start.
    func stream(of performance: PerformanceID, after position: SeatsPosition?) async throws -> ServerResponse {
        let path = "/v1/performances/\(performance)/seats/stream" + (position.map { "?after=\($0.text)" } ?? "")
        // Viewers of one performance spread over all replicas.
        for replica in directory.ranking(for: String(UInt32.random(in: .min ... .max))) {
            let request = ClientRequest(
                path: path, headerFields: [CallHeaders.credential: credential.current()])
            do {
                let response = try await client.execute(
                    request, to: replica, deadline: .now + Self.openingMax, deadlineCoversBody: false)
                directory.answered(replica)
                if response.status == .ok { return relayed(response.body) }
                if response.status.kind == .serverError { continue }
                let body = try await response.body.collect(upTo: EdgeRoutes.bodyBytesMax)
                throw EdgeRefusal(try WireJSON.decode(Problem.self, from: Array(body.readableBytesView)))
            } catch let failure as HTTPClientFailure {
                guard failure.kind != .cancelled else { throw CancellationError() }
                if let fault = ReplicaFault(failure) { directory.failed(replica, fault) }
                logger.debug(
                    "a stream could not be opened", metadata: ["replica": "\(replica)", "failure": "\(failure)"])
            }
        }
        throw EdgeRefusal(.overloaded, detail: "The live map is not available at this moment; it will be soon.")
    }

    private func relayed(_ body: ClientResponseBody) -> ServerResponse {
        ServerResponse(
            status: .ok,
            headerFields: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: .stream { writer in
                let id = open.add(body)
                defer { open.remove(id) }
                do {
                    for try await chunk in body { try await writer.write(chunk) }
                } catch is ResponseWriteFailure {
                    return
                } catch {
                    let reason = open.isDraining ? "draining" : "moved"
                    let closing = StreamClosing(reason: reason, retryAfterSeconds: 1)
                    let data = String(decoding: try WireJSON.encode(closing), as: UTF8.self)
                    try await writer.write("event: closing\ndata: \(data)\n\n")
                }
            })
    }
}
