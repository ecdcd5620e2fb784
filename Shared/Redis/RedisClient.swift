public import Logging
public import SocketLoop
import Synchronization

/// Publishes to channels of a Redis and subscribes to them.
///
/// The client starts before its server, and comes back when its server does. A message that was published while a
/// subscriber was interrupted is lost to it: Redis keeps none.
public final class RedisClient: Sendable {
    private let core: RedisCore
    private let settings: RedisSettings
    private let lastSubscriberID = Atomic<UInt64>(0)

    /// The loop that owns the sockets.
    public let loop: SocketLoop

    public init(settings: RedisSettings, loop: SocketLoop, logger: Logger) {
        self.settings = settings
        self.loop = loop
        core = RedisCore(settings: settings, loop: loop, logger: logger)
    }

    /// Connects, and stays connected, until the task is cancelled. Subscriptions end then.
    public func run() async {
        await core.start()
        let (never, _) = AsyncStream.makeStream(of: Never.self)
        for await _ in never {}
        await core.stop()
    }

    /// Whether commands can be sent.
    public var isReady: Bool { core.status.isReady }

    /// Why commands can't be sent, for the people who watch; `nil` while they can.
    public var notReadyReason: String? { core.status.reason }

    /// Publishes a message, and answers how many connections of the server's got it. Without a connection it fails
    /// at once. Many calls may be under way; they are sent, and answered, in their order.
    @discardableResult
    public nonisolated(nonsending) func publish(
        channel: String, message: [UInt8]
    ) async throws(RedisFailure) -> Int {
        let reply = try await core.command([Array("PUBLISH".utf8), Array(channel.utf8), message]).get()
        guard case .integer(let receivers) = reply else {
            throw RedisFailure(.server, "an answer of an unexpected kind to PUBLISH")
        }
        return Int(receivers)
    }

    /// Subscribes to a channel until the returned value is gone. Without a connection it begins when there is one.
    public func subscribe(_ channel: String) -> RedisSubscription {
        let id = lastSubscriberID.add(1, ordering: .relaxed).newValue
        let mailbox = SubscriberMailbox(messagesMax: settings.messagesBufferedPerSubscriberMax)
        let core = core
        let beginning = Task { await core.subscribe(channel, id, mailbox) }
        return RedisSubscription(
            token: RedisSubscription.Token(mailbox: mailbox) {
                Task {
                    await beginning.value
                    await core.unsubscribe(channel, id)
                }
            })
    }
}
