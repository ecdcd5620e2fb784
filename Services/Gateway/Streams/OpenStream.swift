import Synchronization

/// One viewer's stream, as the drain sees it.
final class OpenStream: Sendable {
    private struct State {
        var isLeaving = false
        var interrupt: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether the stream is to end.
    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    /// Notes how to end what the stream waits for from now on; it is ended at once when the stream is to end already.
    func waits(interruptedBy interrupt: @escaping @Sendable () -> Void) {
        let isLeaving = state.withLock { state in
            state.interrupt = interrupt
            return state.isLeaving
        }
        if isLeaving { interrupt() }
    }

    /// The stream is to end.
    func leave() {
        let interrupt = state.withLock { state in
            state.isLeaving = true
            return state.interrupt
        }
        interrupt?()
    }
}
