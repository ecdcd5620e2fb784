import Synchronization

/// Whether a client can serve, for readers on any thread.
final class RedisStatus: Sendable {
    private let state = Mutex<(isReady: Bool, reason: String?)>((false, "not connected yet"))

    var isReady: Bool { state.withLock { $0.isReady } }
    var reason: String? { state.withLock { $0.reason } }

    func set(ready: Bool, reason: String?) {
        state.withLock { $0 = (ready, reason) }
    }
}
