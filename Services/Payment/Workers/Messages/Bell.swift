import Synchronization

/// Wakes one who waits; a ring that nobody waited for is heard by the next.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        state.withLock { state in
            if let waiter = state.waiter {
                state.waiter = nil
                waiter.resume()
            } else {
                state.isRung = true
            }
        }
    }

    /// Returns at the next ring. One at a time may wait.
    func wait() async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                precondition(state.waiter == nil, "two wait at one bell")
                if state.isRung {
                    state.isRung = false
                    continuation.resume()
                } else {
                    state.waiter = continuation
                }
            }
        }
    }
}
