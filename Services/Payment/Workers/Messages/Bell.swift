import Synchronization

/// Wakes one who waits; a ring that nobody waited for is heard by the next.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        // Whoever resumes or cancels a task takes the task's own lock, and a cancellation rings with that in hand: under
        // the bell's lock, the two would wait for each other for ever.
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            state.isRung = state.waiter == nil
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at the next ring. One at a time may wait.
    func wait() async {
        await withCheckedContinuation { continuation in
            let wasRung = state.withLock { state in
                precondition(state.waiter == nil, "two wait at one bell")
                if !state.isRung { state.waiter = continuation }
                defer { state.isRung = false }
                return state.isRung
            }
            if wasRung { continuation.resume() }
        }
    }
}
