import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import Wire

/// Opens realtime-push's streams at whichever replica takes them: many on one internal connection, each with credit of
/// its own, so that a phone that sleeps stalls nobody else (DESIGN 7).
struct PushStreams: Sendable {
    /// How long a replica may take to begin a stream.
    static let openingMax: Duration = .seconds(5)

    let client: HTTPClient
    let directory: ReplicaDirectory
    let credential: ServiceCredential
    let logger: Logger

    /// A stream from a position or from the start; throws an ``EdgeRefusal`` where there is none.
    func open(_ stream: SeatStream, after position: SeatsPosition?) async throws -> ClientResponseBody {
        // Viewers of one performance spread over all replicas.
        for replica in directory.ranking(for: String(UInt32.random(in: .min ... .max))) {
            let request = ClientRequest(
                path: stream.path(after: position), headerFields: [CallHeaders.credential: credential.current()])
            do {
                let response = try await client.execute(
                    request, to: replica, deadline: .now + Self.openingMax, deadlineCoversBody: false)
                directory.answered(replica)
                if response.status == .ok { return response.body }
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
}
