import Synchronization

/// Hands events from the loop to one subscriber, whichever executor it runs on.
final class SubscriberMailbox: Sendable {
    private struct State {
        var buffer: SubscriberBuffer
        var reader: CheckedContinuation<RedisSubscriptionEvent?, Never>?
        var isFinished = false
    }

    private let state: Mutex<State>

    init(messagesMax: Int) {
        state = Mutex(State(buffer: SubscriberBuffer(messagesMax: messagesMax)))
    }

    func offer(_ event: RedisSubscriptionEvent) {
        let reader = state.withLock { state -> CheckedContinuation<RedisSubscriptionEvent?, Never>? in
            if state.isFinished { return nil }
            guard let reader = state.reader else {
                state.buffer.offer(event)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: event)
    }

    /// The next event; `nil` when the client was stopped or the reading task cancelled. One reader at a time.
    nonisolated(nonsending) func next() async -> RedisSubscriptionEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> RedisSubscriptionEvent?? in
                    precondition(state.reader == nil, "two readers of one subscription")
                    if let event = state.buffer.take() { return event }
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    state.reader = continuation
                    return .none
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}
