import Synchronization
import Testing

/// What the mirrors answer next, and what they were asked last.
final class MirrorScript: Sendable {
    /// How a call ends.
    enum Outcome: Sendable {
        case value(any Sendable)
        case error(any Error)
    }

    /// A call as it arrived.
    struct Call: Sendable {
        let method: String
        let request: any Sendable
    }

    private struct State {
        var outcome: Outcome?
        var call: Call?
    }

    private let state = Mutex(State())

    /// The last call; nil since the last `prepare`.
    var call: Call? { state.withLock { $0.call } }

    /// The next call ends so.
    func prepare(_ outcome: Outcome) {
        state.withLock { $0 = State(outcome: outcome) }
    }

    /// A mirror was asked: `function` is the method's own `#function`.
    func play<Request: Sendable, Response>(_ request: Request, _ function: String = #function) throws -> Response {
        let outcome = state.withLock { state in
            state.call = Call(method: String(function.prefix { $0 != "(" }), request: request)
            return state.outcome
        }
        switch try #require(outcome) {
        case .value(let value): return try #require(value as? Response)
        case .error(let error): throw error
        }
    }
}
