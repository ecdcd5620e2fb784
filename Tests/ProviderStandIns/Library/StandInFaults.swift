import HTTP2
import HTTPTypes
import NIOCore
import Synchronization

/// The faults that are still to come, by the call that they hit: `POST /v1/refunds`.
public final class StandInFaults: Sendable {
    private struct Broken: Error {}

    private let waiting = Mutex<[String: [StandInFault]]>([:])
    private let counts = Mutex<[String: Int]>([:])
    // Routes with the keys whose answer is a fault.
    private let keptFaults = Mutex<Set<[String]>>([])

    init() {}

    /// The next calls of a route go wrong like this, one after the other.
    public func plan(_ faults: StandInFault..., at route: String) {
        waiting.withLock { $0[route, default: []] += faults }
    }

    /// How often a route was called.
    public func calls(of route: String) -> Int {
        counts.withLock { $0[route] ?? 0 }
    }

    /// A handler that goes wrong where that was planned.
    func around(
        _ route: String, _ handle: @escaping @Sendable (ServerRequest) async -> ServerResponse
    )
        -> RequestHandler
    {
        { [self] request in
            counts.withLock { $0[route, default: 0] += 1 }
            let keyed = [route, request.headerFields[Self.keyField] ?? ""]
            if keptFaults.withLock({ $0.contains(keyed) }) {
                return ServerResponse(status: .internalServerError, headerFields: [Self.repeatedField: "true"])
            }
            let fault = waiting.withLock { waiting -> StandInFault? in
                guard let first = waiting[route]?.first else { return nil }
                waiting[route]?.removeFirst()
                return first
            }
            switch fault {
            case nil: return await handle(request)
            case .status(let code): return ServerResponse(status: HTTPResponse.Status(code: code))
            case .keptFault(let isDone):
                if isDone { _ = await handle(request) }
                keptFaults.withLock { _ = $0.insert(keyed) }
                return ServerResponse(status: .internalServerError)
            case .breakBefore: return Self.broken
            case .silence:
                try? await Task.sleep(for: .seconds(3_600))
                return Self.broken
            case .endless:
                return ServerResponse(
                    status: .ok,
                    body: .stream { writer in
                        while true {
                            try await writer.write(ByteBuffer(string: " "))
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    })
            case .loseReply:
                _ = await handle(request)
                return Self.broken
            }
        }
    }

    private static let keyField = HTTPField.Name("Idempotency-Key")!
    private static let repeatedField = HTTPField.Name("Idempotent-Replayed")!

    private static var broken: ServerResponse {
        ServerResponse(status: .ok, body: .stream { _ in throw Broken() })
    }
}
