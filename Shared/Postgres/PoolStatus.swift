import Synchronization

/// Whether a pool can serve, for readers on any thread.
final class PoolStatus: Sendable {
    private let state = Mutex<(isReady: Bool, reason: String?)>((false, "not connected yet"))
    private let suspension = Mutex<String?>(nil)

    var isReady: Bool { state.withLock { $0.isReady } }
    var reason: String? { state.withLock { $0.reason } }
    var suspensionReason: String? { suspension.withLock { $0 } }

    func set(ready: Bool, reason: String?) {
        state.withLock { $0 = (ready, reason) }
    }

    func set(suspended reason: String?) {
        suspension.withLock { $0 = reason }
    }
}
