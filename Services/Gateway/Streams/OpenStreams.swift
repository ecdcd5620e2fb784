import HTTP2
import Synchronization

/// The streams that this gateway passes on, so that they can be ended when it stops.
final class OpenStreams: Sendable {
    private struct State {
        var bodies: [UInt64: ClientResponseBody] = [:]
        var nextID: UInt64 = 0
        var isDraining = false
    }

    private let state = Mutex(State())

    /// Whether they are being ended.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// How many there are.
    var count: Int { state.withLock { $0.bodies.count } }

    func add(_ body: ClientResponseBody) -> UInt64 {
        let (id, isDraining) = state.withLock { state in
            state.nextID += 1
            state.bodies[state.nextID] = body
            return (state.nextID, state.isDraining)
        }
        if isDraining { body.cancel() }
        return id
    }

    func remove(_ id: UInt64) {
        state.withLock { $0.bodies[id] = nil }
    }

    /// Ends all of them: their viewers are told to come again, to another gateway.
    func drain() {
        let bodies = state.withLock { state in
            state.isDraining = true
            return Array(state.bodies.values)
        }
        for body in bodies { body.cancel() }
    }
}
