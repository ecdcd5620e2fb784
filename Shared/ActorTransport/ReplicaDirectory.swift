public import HTTP2
import Synchronization

/// The replicas of one service and how they did lately.
///
/// The order for a name is its rendezvous ranking; a replica that failed a moment ago goes to the end of it.
public final class ReplicaDirectory: Sendable {
    private struct State {
        var replicas: [Endpoint]
        var failedUntil: [Endpoint: ContinuousClock.Instant] = [:]
    }

    /// How long a replica that failed is asked last.
    public static let failureRest: Duration = .milliseconds(500)

    private let state: Mutex<State>

    /// A list that is known, or none yet.
    public init(_ replicas: [Endpoint] = []) {
        state = Mutex(State(replicas: replicas))
    }

    /// The replicas now.
    public var replicas: [Endpoint] { state.withLock { $0.replicas } }

    /// The list changed.
    public func replace(by replicas: [Endpoint]) {
        state.withLock { state in
            state.replicas = replicas
            state.failedUntil = state.failedUntil.filter { replicas.contains($0.key) }
        }
    }

    /// Whom to ask for a name, the first choice in front; all of them stand in it.
    public func ranking(for name: String, at now: ContinuousClock.Instant = .now) -> [Endpoint] {
        let (replicas, failed) = state.withLock { state in
            (state.replicas, Set(state.failedUntil.filter { $0.value > now }.keys))
        }
        let ranked = RendezvousHash.ranking(of: name, among: replicas.map(\.description)).map { replicas[$0] }
        guard !failed.isEmpty else { return ranked }
        return ranked.filter { !failed.contains($0) } + ranked.filter { failed.contains($0) }
    }

    /// A replica could not be reached, or broke off.
    public func failed(_ replica: Endpoint, at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.failedUntil[replica] = now + Self.failureRest }
    }

    /// A replica answered.
    public func answered(_ replica: Endpoint) {
        state.withLock { state in
            if !state.failedUntil.isEmpty { state.failedUntil[replica] = nil }
        }
    }
}
