/// One channel on the subscriptions' connection: the first subscriber subscribes, the last one unsubscribes.
///
/// The server confirms each SUBSCRIBE and UNSUBSCRIBE in order, so that a channel is subscribed when the last of them
/// was a SUBSCRIBE and nothing is left to be confirmed.
struct ChannelSubscriptionStateMachine<Subscriber: Hashable> {
    enum State: Equatable {
        /// Wanted, without a connection. → subscribing, gone
        case waiting
        /// → subscribed, unsubscribing, waiting
        case subscribing(unconfirmed: Int)
        /// → unsubscribing, waiting
        case subscribed
        /// Nobody wants it any more. → subscribing, gone
        case unsubscribing(unconfirmed: Int)
        /// To be forgotten.
        case gone
    }

    enum Action: Equatable {
        case none
        case sendSubscribe
        case sendUnsubscribe
        /// Tell these subscribers that messages arrive from now on.
        case confirm(Set<Subscriber>)
        /// Tell these subscribers that messages may be missing.
        case interrupt(Set<Subscriber>)
    }

    private(set) var state: State = .waiting
    private(set) var subscribers: Set<Subscriber> = []

    mutating func subscriberAdded(_ subscriber: Subscriber, isConnected: Bool) -> Action {
        subscribers.insert(subscriber)
        switch state {
        case .waiting, .gone:
            guard isConnected else {
                state = .waiting
                return .none
            }
            state = .subscribing(unconfirmed: 1)
            return .sendSubscribe
        case .subscribing: return .none
        case .subscribed: return .confirm([subscriber])
        case .unsubscribing(let unconfirmed):
            state = .subscribing(unconfirmed: unconfirmed + 1)
            return .sendSubscribe
        }
    }

    mutating func subscriberRemoved(_ subscriber: Subscriber) -> Action {
        subscribers.remove(subscriber)
        guard subscribers.isEmpty else { return .none }
        switch state {
        case .waiting, .gone:
            state = .gone
            return .none
        case .subscribing(let unconfirmed):
            state = .unsubscribing(unconfirmed: unconfirmed + 1)
            return .sendUnsubscribe
        case .subscribed:
            state = .unsubscribing(unconfirmed: 1)
            return .sendUnsubscribe
        case .unsubscribing: return .none
        }
    }

    /// The server confirmed a SUBSCRIBE or an UNSUBSCRIBE.
    mutating func confirmed() -> Action {
        switch state {
        case .subscribing(let unconfirmed):
            if unconfirmed > 1 {
                state = .subscribing(unconfirmed: unconfirmed - 1)
                return .none
            }
            state = .subscribed
            return .confirm(subscribers)
        case .unsubscribing(let unconfirmed):
            state = unconfirmed > 1 ? .unsubscribing(unconfirmed: unconfirmed - 1) : .gone
            return .none
        case .waiting, .subscribed, .gone: return .none
        }
    }

    mutating func connectionReady() -> Action {
        switch state {
        case .waiting:
            state = .subscribing(unconfirmed: 1)
            return .sendSubscribe
        case .subscribing, .subscribed, .unsubscribing, .gone: preconditionFailure("connected while \(state)")
        }
    }

    mutating func connectionLost() -> Action {
        switch state {
        case .waiting, .gone: return .none
        case .subscribing:
            state = .waiting
            return .none
        case .subscribed:
            state = .waiting
            return .interrupt(subscribers)
        case .unsubscribing:
            state = .gone
            return .none
        }
    }
}
