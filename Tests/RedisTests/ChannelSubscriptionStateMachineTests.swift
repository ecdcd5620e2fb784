import Testing

@testable import Redis

/// Each test reads as a trace of what happens to one channel.
@Suite struct ChannelSubscriptionStateMachineTests {
    var channel = ChannelSubscriptionStateMachine<Int>()

    @Test mutating func `the first subscriber subscribes, the last one unsubscribes`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.subscriberAdded(2, isConnected: true) == .none)
        #expect(channel.confirmed() == .confirm([1, 2]))
        #expect(channel.subscriberAdded(3, isConnected: true) == .confirm([3]))
        #expect(channel.subscriberRemoved(1) == .none)
        #expect(channel.subscriberRemoved(2) == .none)
        #expect(channel.subscriberRemoved(3) == .sendUnsubscribe)
        #expect(channel.confirmed() == .none)
        #expect(channel.state == .gone)
    }

    @Test mutating func `a newcomer during the unsubscribing subscribes again`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1]))
        #expect(channel.subscriberRemoved(1) == .sendUnsubscribe)
        #expect(channel.subscriberAdded(2, isConnected: true) == .sendSubscribe)
        #expect(channel.confirmed() == .none)
        #expect(channel.confirmed() == .confirm([2]))
        #expect(channel.state == .subscribed)
    }

    @Test mutating func `one that leaves before the confirmation leaves nothing behind`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.subscriberRemoved(1) == .sendUnsubscribe)
        #expect(channel.confirmed() == .none)
        #expect(channel.confirmed() == .none)
        #expect(channel.state == .gone)
    }

    @Test mutating func `without a connection it waits for one`() {
        #expect(channel.subscriberAdded(1, isConnected: false) == .none)
        #expect(channel.connectionReady() == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1]))
    }

    @Test mutating func `a lost connection interrupts those who were subscribed`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1]))
        #expect(channel.connectionLost() == .interrupt([1]))
        #expect(channel.subscriberAdded(2, isConnected: false) == .none)
        #expect(channel.connectionLost() == .none)
        #expect(channel.connectionReady() == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1, 2]))
    }

    @Test mutating func `a connection lost before the confirmation interrupts nobody`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.connectionLost() == .none)
        #expect(channel.connectionReady() == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1]))
    }

    @Test mutating func `a channel that nobody wants any more is forgotten with its connection`() {
        #expect(channel.subscriberAdded(1, isConnected: true) == .sendSubscribe)
        #expect(channel.confirmed() == .confirm([1]))
        #expect(channel.subscriberRemoved(1) == .sendUnsubscribe)
        #expect(channel.connectionLost() == .none)
        #expect(channel.state == .gone)
    }

    @Test mutating func `one that leaves while there is no connection leaves at once`() {
        #expect(channel.subscriberAdded(1, isConnected: false) == .none)
        #expect(channel.subscriberRemoved(1) == .none)
        #expect(channel.state == .gone)
    }
}
