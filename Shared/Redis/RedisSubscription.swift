/// The events of one channel, for one reader. The subscription lasts as long as this value, or its iterator, does.
public struct RedisSubscription: AsyncSequence, Sendable {
    public typealias Element = RedisSubscriptionEvent
    public typealias Failure = Never

    /// Ends the subscription when nobody refers to it any more.
    final class Token: Sendable {
        let mailbox: SubscriberMailbox
        private let end: @Sendable () -> Void

        init(mailbox: SubscriberMailbox, end: @escaping @Sendable () -> Void) {
            self.mailbox = mailbox
            self.end = end
        }

        deinit {
            end()
        }
    }

    /// Reads the events in order.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let token: Token

        /// The next event; `nil` when the client was stopped or the reading task cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> RedisSubscriptionEvent? {
            await token.mailbox.next()
        }

        /// The next event; `nil` when the client was stopped or the reading task cancelled.
        public mutating func next() async -> RedisSubscriptionEvent? {
            await token.mailbox.next()
        }
    }

    let token: Token

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(token: token)
    }
}
