import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import Shedding
import Wire

/// What every group of routes needs: who asks, how much is let in, and how what goes wrong is told.
struct EdgeRoutes: Sendable {
    /// Bytes of a request's body.
    static let bodyBytesMax = 65_536

    let sessions: SessionGuard
    let fingerprint: Fingerprint
    let intake: EdgeIntake
    let logger: Logger

    /// A handler whose refusals and failures become problems.
    func answering(
        _ handle: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) -> RequestHandler {
        { request in
            do {
                return try await handle(request)
            } catch {
                return .problem(problem(of: error, request))
            }
        }
    }

    /// Runs a call with the customer's key, which then travels through every hop.
    func keyed<Result: Sendable>(
        _ key: String, _ call: @Sendable () async throws -> Result
    ) async throws -> Result {
        var context = CallContext.current
        context.idempotencyKey = key
        return try await CallContext.$current.withValue(context) { try await call() }
    }

    /// The fingerprint of a request that carries a key.
    func fingerprint(of request: ServerRequest, body: [UInt8]) -> String {
        fingerprint.of(method: request.method.rawValue, path: request.path, body: body)
    }

    // Not in the handler: what it needs room for, every request that waits would keep.
    private func problem(of error: any Error, _ request: ServerRequest) -> Problem {
        switch error {
        case let refusal as EdgeRefusal: return refusal.problem
        case let failure as CallFailure: return problem(of: failure, request)
        case is CancellationError: return Problem(.outcomeUnknown)
        case BodyReadFailure.disconnected: return Problem(.malformedRequest)
        default:
            logger.error("a route failed", metadata: ["path": "\(request.path)", "error": "\(error)"])
            return Problem(.internalError)
        }
    }

    private func problem(of failure: CallFailure, _ request: ServerRequest) -> Problem {
        switch failure.code {
        case .overloaded:
            IntakeSlot.note(.refusedBehind)
            return Problem(.overloaded, detail: "Nothing was changed. Try again in a moment.").with {
                $0.retryAfterSeconds = Int.random(in: 1...3)
            }
        case .unreachable, .unavailable, .draining, .expired:
            return Problem(.ledgerUnavailable, detail: "Nothing was changed. Try again in a moment.")
        case .outcomeUnknown:
            return Problem(.outcomeUnknown, detail: "Ask again with the same Idempotency-Key.")
        case .unknownActor:
            return Problem(.notFound)
        case .unauthorized, .unknownRoute, .malformed, .fault:
            logger.error(
                "a service could not be used", metadata: ["path": "\(request.path)", "failure": "\(failure)"])
            return Problem(.internalError)
        }
    }
}
