import CHiredis
import DequeModule
import Glibc
import SocketLoop

/// One hiredis connection, non-blocking, kept alive by its state machine. Lives on the client's loop.
///
/// hiredis buffers and parses; the loop waits. Commands go out together at the tick's end.
final class RedisConnection {
    enum Event {
        case ready
        case received(RedisReply)
        /// Nothing came for a while: time for a PING.
        case quiet
        case lost(String)
        /// One more try at connecting failed.
        case attemptFailed(String)
    }

    private let settings: RedisSettings
    private let loop: SocketLoop
    private let resolve: (Int) -> Void
    private let onEvent: (Event) -> Void
    private var life: ConnectionStateMachine
    private var context: UnsafeMutablePointer<redisContext>?
    private var registration: SocketRegistration?
    private var timer: LoopTimer?
    private var attempt = 0
    private var greetingsLeft: Int?
    private var isFlushing = false
    private var lastHeardAt = ContinuousClock.now
    /// Since when an answer is owed without anything being heard.
    private var owedSince: ContinuousClock.Instant?
    private var watchTimer: LoopTimer?

    /// `resolve` gets a number to pass on to `addressesFound`.
    init(
        settings: RedisSettings, loop: SocketLoop, resolve: @escaping (Int) -> Void, onEvent: @escaping (Event) -> Void
    ) {
        self.settings = settings
        self.loop = loop
        self.resolve = resolve
        self.onEvent = onEvent
        life = ConnectionStateMachine(
            hostCount: 1,
            backOff: ReconnectBackOff(
                initialMilliseconds: settings.reconnectInitialMilliseconds,
                maximumMilliseconds: settings.reconnectMaximumMilliseconds))
    }

    var isReady: Bool { life.state == .ready }

    // MARK: Life

    func start() {
        perform(life.started())
    }

    func stop() {
        let wasReady = isReady
        perform(life.stopRequested())
        if wasReady { onEvent(.lost("the client was stopped")) }
    }

    /// Ends a connection that is of no more use, and begins another.
    func giveUp(_ reason: String) {
        switch life.state {
        case .connecting: attemptFailed(reason)
        case .ready:
            release()
            let action = life.connectionLost(chance: .random(in: 0..<1))
            onEvent(.lost(reason))
            perform(action)
        case .idle, .resolving, .pausing, .stopped: break
        }
    }

    func addressesFound(_ addresses: [String], attempt: Int) {
        guard attempt == self.attempt, case .resolving = life.state else { return }
        cancelTimer()
        if addresses.isEmpty { onEvent(.attemptFailed("the host \(settings.host) is not known")) }
        perform(life.addressesFound(addresses, chance: .random(in: 0..<1)))
    }

    private func perform(_ action: ConnectionStateMachine.Action) {
        switch action {
        case .none: break
        case .resolve:
            attempt += 1
            setTimer(milliseconds: settings.connectTimeoutMilliseconds) { connection in
                connection.attemptFailed("looking up \(connection.settings.host) took too long")
            }
            resolve(attempt)
        case .connect(_, let address): connect(to: address)
        case .announceReady:
            watchSilence()
            onEvent(.ready)
        case .pause(let duration):
            timer = loop.schedule(after: duration) { [weak self] in
                guard let self else { return }
                self.timer = nil
                self.perform(self.life.pauseEnded())
            }
        case .release: release()
        }
    }

    private func attemptFailed(_ reason: String) {
        release()
        attempt += 1
        onEvent(.attemptFailed(reason))
        perform(life.attemptFailed(chance: .random(in: 0..<1)))
    }

    private func release() {
        cancelTimer()
        if let watchTimer { loop.cancel(watchTimer) }
        watchTimer = nil
        owedSince = nil
        greetingsLeft = nil
        if let registration { loop.deregister(registration) }
        registration = nil
        if let context { redisFree(context) }
        context = nil
    }

    private func setTimer(milliseconds: Int, _ body: @escaping (RedisConnection) -> Void) {
        cancelTimer()
        timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            self.timer = nil
            body(self)
        }
    }

    private func cancelTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Connecting

    private func connect(to address: String) {
        context = redisConnectNonBlock(address, Int32(settings.port))
        guard let context, context.pointee.err == 0 else { return attemptFailed(libraryMessage()) }
        setTimer(milliseconds: settings.connectTimeoutMilliseconds) { connection in
            connection.attemptFailed("connecting to \(connection.settings.host) (\(address)) took too long")
        }
        registration = loop.register(context.pointee.fd, for: .write) { [unowned self] readiness in
            self.socketReady(readiness)
        }
    }

    private func socketConnected() {
        guard let context else { return }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(context.pointee.fd, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { return attemptFailed(String(cString: strerror(code))) }
        var on: Int32 = 1
        setsockopt(context.pointee.fd, Int32(IPPROTO_TCP), TCP_NODELAY, &on, length)
        var greetings: [[[UInt8]]] = []
        if let password = settings.password {
            greetings.append((["AUTH"] + (settings.user.map { [$0] } ?? []) + [password]).map { Array($0.utf8) })
        }
        if settings.database != 0 { greetings.append(["SELECT", String(settings.database)].map { Array($0.utf8) }) }
        greetings.append([Array("PING".utf8)])
        greetingsLeft = greetings.count
        for greeting in greetings { append(greeting) }
        flush()
    }

    private func greeted(_ reply: RedisReply, left: Int) {
        // A server that still loads its data answers the PING with an error, too.
        if case .error(let message) = reply { return attemptFailed("the server refused: \(message)") }
        greetingsLeft = left - 1
        guard left == 1 else { return }
        greetingsLeft = nil
        cancelTimer()
        lastHeardAt = .now
        owedSince = nil
        perform(life.attemptSucceeded())
    }

    // MARK: Sending

    /// Sends a command with the tick's others.
    func send(_ arguments: [[UInt8]]) {
        append(arguments)
        owedSince = owedSince ?? .now
        guard !isFlushing else { return }
        isFlushing = true
        loop.atTickEnd { [self] in
            isFlushing = false
            flush()
        }
    }

    private func append(_ arguments: [[UInt8]]) {
        guard let context else { return }
        let bytes = Array(arguments.joined())
        var lengths = arguments.map(\.count)
        let result = bytes.withUnsafeBytes { buffer -> Int32 in
            // An empty argument needs an address as well, though nothing is read there.
            var next = buffer.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
            var pointers = arguments.map { argument in
                defer { next = next.map { $0 + argument.count } }
                return next
            }
            return redisAppendCommandArgv(context, Int32(arguments.count), &pointers, &lengths)
        }
        precondition(result == REDIS_OK, "hiredis has no memory left")
    }

    private func flush() {
        guard let context else { return }
        var isDone: Int32 = 0
        guard redisBufferWrite(context, &isDone) == REDIS_OK else { return giveUp(libraryMessage()) }
        if let registration { loop.update(registration, to: isDone == 1 ? .read : [.read, .write]) }
    }

    // MARK: Receiving

    private func socketReady(_ readiness: SocketReadiness) {
        if case .connecting = life.state, greetingsLeft == nil { return socketConnected() }
        if readiness.isReadable {
            guard let context, redisBufferRead(context) == REDIS_OK else { return giveUp(libraryMessage()) }
            lastHeardAt = .now
            owedSince = nil
            receive()
        }
        if readiness.isWritable { flush() }
    }

    private func receive() {
        while let context {
            var pointer: UnsafeMutableRawPointer?
            guard redisGetReplyFromReader(context, &pointer) == REDIS_OK else { return giveUp(libraryMessage()) }
            guard let pointer else { return }
            let reply = RedisReply(pointer.assumingMemoryBound(to: redisReply.self).pointee)
            freeReplyObject(pointer)
            if let greetingsLeft { greeted(reply, left: greetingsLeft) } else { onEvent(.received(reply)) }
        }
    }

    private func libraryMessage() -> String {
        guard let context else { return "hiredis has no memory left" }
        let message = withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return message.isEmpty ? "the connection failed" : message
    }

    // MARK: Silence

    private func watchSilence() {
        let pingAfter = Duration.milliseconds(settings.pingAfterMilliseconds)
        let silenceMax = Duration.milliseconds(settings.silenceMaxMilliseconds)
        let now = ContinuousClock.now
        if let owedSince {
            guard owedSince + silenceMax > now else {
                return giveUp("no answer for \(settings.silenceMaxMilliseconds) ms")
            }
        } else if lastHeardAt + pingAfter <= now {
            onEvent(.quiet)
        }
        let next = min(owedSince.map { $0 + silenceMax } ?? .now + pingAfter, now + pingAfter)
        watchTimer = loop.schedule(at: next) { [weak self] in self?.watchSilence() }
    }
}
