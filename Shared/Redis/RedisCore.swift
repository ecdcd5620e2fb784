import DequeModule
import Logging
import SocketLoop

/// The client's state, on the loop's thread: one connection for commands and one for subscriptions.
actor RedisCore {
    typealias Answer = Result<RedisReply, RedisFailure>
    typealias Channel = ChannelSubscriptionStateMachine<UInt64>

    private struct Pending {
        let deadline: ContinuousClock.Instant
        var continuation: CheckedContinuation<Answer, Never>?

        mutating func answer(_ answer: Answer) {
            continuation?.resume(returning: answer)
            continuation = nil
        }
    }

    nonisolated let loop: SocketLoop
    nonisolated let status = RedisStatus()
    private let settings: RedisSettings
    private let logger: Logger
    private var commands: RedisConnection?
    private var subscriptions: RedisConnection?
    private var pending: Deque<Pending> = []
    private var isDeadlineWatched = false
    private var channels: [String: Channel] = [:]
    private var mailboxes: [UInt64: SubscriberMailbox] = [:]
    private var isRunning = false
    private var isStopped = false
    private var lastLoggedReason: String?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(settings: RedisSettings, loop: SocketLoop, logger: Logger) {
        self.settings = settings
        self.loop = loop
        self.logger = logger
    }

    // MARK: Life

    func start() {
        precondition(!isRunning && !isStopped, "a client runs once")
        isRunning = true
        let connection = RedisConnection(
            settings: settings, loop: loop,
            resolve: { attempt in self.resolve(attempt, forSubscriptions: false) },
            onEvent: { event in self.handleCommands(event) })
        commands = connection
        connection.start()
        if !channels.isEmpty { startSubscriptions() }
    }

    func stop() {
        isStopped = true
        status.set(ready: false, reason: "stopped")
        commands?.stop()
        subscriptions?.stop()
        // They hold the client, and the client them.
        commands = nil
        subscriptions = nil
        for (_, mailbox) in mailboxes { mailbox.finish() }
        mailboxes = [:]
        channels = [:]
    }

    private func startSubscriptions() {
        let connection = RedisConnection(
            settings: settings, loop: loop,
            resolve: { attempt in self.resolve(attempt, forSubscriptions: true) },
            onEvent: { event in self.handleSubscriptions(event) })
        subscriptions = connection
        connection.start()
    }

    private func resolve(_ attempt: Int, forSubscriptions: Bool) {
        Task {
            let addresses = await HostResolver.addresses(of: settings.host)
            (forSubscriptions ? subscriptions : commands)?.addressesFound(addresses, attempt: attempt)
        }
    }

    // MARK: Commands

    func command(_ arguments: [[UInt8]]) async -> Answer {
        await withCheckedContinuation { continuation in
            let deadline = ContinuousClock.now + .milliseconds(settings.commandTimeoutMilliseconds)
            var command = Pending(deadline: deadline, continuation: continuation)
            guard let commands, commands.isReady else {
                return command.answer(.failure(RedisFailure(.notConnected, status.reason ?? "not connected")))
            }
            guard pending.count < settings.commandsInFlightMax else {
                let message = "\(settings.commandsInFlightMax) commands are under way"
                return command.answer(.failure(RedisFailure(.queueFull, message)))
            }
            pending.append(command)
            commands.send(arguments)
            watchDeadlines()
        }
    }

    private func handleCommands(_ event: RedisConnection.Event) {
        switch event {
        case .ready:
            if lastLoggedReason != nil { logger.info("redis reached") }
            lastLoggedReason = nil
            if !isStopped { status.set(ready: true, reason: nil) }
        case .received(let reply):
            guard var first = pending.popFirst() else {
                commands?.giveUp("an answer that nobody asked for")
                return
            }
            if case .error(let message) = reply {
                first.answer(.failure(RedisFailure(.server, message)))
            } else {
                first.answer(.success(reply))
            }
        case .quiet:
            pending.append(Pending(deadline: .now + .milliseconds(settings.commandTimeoutMilliseconds)))
            commands?.send([Array("PING".utf8)])
        case .lost(let reason):
            notReady(reason)
            let lost = pending
            pending = []
            for var command in lost { command.answer(.failure(RedisFailure(.connectionLost, reason))) }
        case .attemptFailed(let reason): notReady(reason)
        }
    }

    private func notReady(_ reason: String) {
        if isStopped { return }
        status.set(ready: false, reason: reason)
        guard reason != lastLoggedReason else { return }
        lastLoggedReason = reason
        logger.warning("redis not reached; trying on", metadata: ["reason": "\(reason)"])
    }

    /// Commands time out in the order of their sending; those that did keep their place for their answer.
    private func watchDeadlines() {
        guard !isDeadlineWatched, let next = pending.first(where: { $0.continuation != nil }) else { return }
        isDeadlineWatched = true
        loop.schedule(at: next.deadline) {
            self.isDeadlineWatched = false
            self.deadlinePassed()
        }
    }

    private func deadlinePassed() {
        let now = ContinuousClock.now
        for index in pending.indices {
            guard pending[index].deadline <= now else { break }
            pending[index].answer(.failure(RedisFailure(.timedOut, "no answer in time")))
        }
        watchDeadlines()
    }

    // MARK: Subscriptions

    func subscribe(_ channel: String, _ id: UInt64, _ mailbox: SubscriberMailbox) {
        if isStopped { return mailbox.finish() }
        mailboxes[id] = mailbox
        if isRunning, subscriptions == nil { startSubscriptions() }
        let isConnected = subscriptions?.isReady ?? false
        perform(channels[channel, default: Channel()].subscriberAdded(id, isConnected: isConnected), channel)
    }

    func unsubscribe(_ channel: String, _ id: UInt64) {
        guard mailboxes.removeValue(forKey: id) != nil, channels[channel] != nil else { return }
        perform(channels[channel, default: Channel()].subscriberRemoved(id), channel)
    }

    private func handleSubscriptions(_ event: RedisConnection.Event) {
        switch event {
        case .ready:
            for channel in Array(channels.keys) {
                perform(channels[channel, default: Channel()].connectionReady(), channel)
            }
        case .received(let reply):
            guard let push = RedisPush(reply) else {
                subscriptions?.giveUp("an answer that does not belong on a subscription: \(reply)")
                return
            }
            handle(push)
        case .quiet: subscriptions?.send([Array("PING".utf8)])
        case .lost:
            for channel in Array(channels.keys) {
                perform(channels[channel, default: Channel()].connectionLost(), channel)
            }
        case .attemptFailed: break
        }
    }

    private func handle(_ push: RedisPush) {
        switch push {
        case .message(let channel, let payload):
            guard let machine = channels[channel], machine.state == .subscribed else { return }
            for id in machine.subscribers { mailboxes[id]?.offer(.message(payload)) }
        case .subscribed(let channel), .unsubscribed(let channel):
            guard channels[channel] != nil else { return }
            perform(channels[channel, default: Channel()].confirmed(), channel)
        case .pong: break
        }
    }

    private func perform(_ action: Channel.Action, _ channel: String) {
        switch action {
        case .none: break
        case .sendSubscribe: subscriptions?.send([Array("SUBSCRIBE".utf8), Array(channel.utf8)])
        case .sendUnsubscribe: subscriptions?.send([Array("UNSUBSCRIBE".utf8), Array(channel.utf8)])
        case .confirm(let ids): for id in ids { mailboxes[id]?.offer(.subscribed) }
        case .interrupt(let ids): for id in ids { mailboxes[id]?.offer(.interrupted) }
        }
        if channels[channel]?.state == .gone { channels[channel] = nil }
    }
}
