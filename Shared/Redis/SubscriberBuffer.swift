import DequeModule

/// What waits for one subscriber. When it overflows, everything is dropped and the subscriber learns that it was
/// interrupted and is subscribed again: the same as after a lost connection.
struct SubscriberBuffer {
    private let messagesMax: Int
    private var events: Deque<RedisSubscriptionEvent> = []

    init(messagesMax: Int) {
        precondition(messagesMax > 0)
        self.messagesMax = messagesMax
    }

    mutating func offer(_ event: RedisSubscriptionEvent) {
        switch event {
        case .message:
            guard events.count >= messagesMax else { return events.append(event) }
            events = [.interrupted, .subscribed]
        case .interrupted:
            // What was not read before the interruption is of no use after it.
            events = [.interrupted]
        case .subscribed: events.append(event)
        }
    }

    mutating func take() -> RedisSubscriptionEvent? {
        events.popFirst()
    }
}
