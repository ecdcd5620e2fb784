import DequeModule
import Logging
import NIOCore
import NIOPosix

/// A peer as seen from one loop: its connection, and the calls that wait for it.
final class ClientPeer {
    private enum State {
        case idle
        /// Connecting, or connected and not yet greeted: nothing was sent, so a failure is `notSent`.
        case connecting
        case ready(HTTP2ClientConnection)
        /// No attempt before that time; calls fail at once, so that their callers can turn to another replica.
        case backingOff(until: NIODeadline, reason: String)
    }

    private let loop: ConnectionLoop
    private let endpoint: Endpoint
    private let settings: HTTPClientSettings
    private let logger: Logger
    private var state = State.idle
    private var greeting: HTTP2ClientConnection?
    private var waiting = Deque<ClientCall>()
    private var failuresInARow = 0
    private var isServing = false
    private var waitTimer: Scheduled<Void>?
    private var isShutDown = false

    /// Connections that take no new calls and still have old ones.
    private var leaving: [HTTP2ClientConnection] = []

    init(loop: ConnectionLoop, endpoint: Endpoint, settings: HTTPClientSettings, logger: Logger) {
        self.loop = loop
        self.endpoint = endpoint
        self.settings = settings
        self.logger = logger
    }

    // MARK: Calls

    func submit(_ call: ClientCall) {
        guard !isShutDown else { return call.fail(.notSent("the client is shut down")) }
        guard call.deadline > .now() else { return call.fail(.deadlineExceeded(wasSent: false)) }
        switch state {
        case .ready(let connection):
            if waiting.isEmpty, connection.send(call) { return }
            wait(call)
        case .connecting:
            wait(call)
        case .backingOff(let until, let reason):
            guard until <= .now() else { return call.fail(.notSent(reason)) }
            wait(call)
            connect()
        case .idle:
            wait(call)
            connect()
        }
    }

    private func wait(_ call: ClientCall) {
        prune()
        guard waiting.count < settings.waitingMax else {
            return call.fail(.notSent("\(waiting.count) calls wait for \(endpoint) already"))
        }
        waiting.append(call)
        if case .ready(let connection) = state, connection.isGoingAway { replace(connection) }
        watchWaiting()
    }

    /// Sends what waits while the connection takes it.
    private func serve() {
        guard !isServing else { return }
        isServing = true
        defer { isServing = false }
        while case .ready(let connection) = state, let call = waiting.first {
            if call.isEnded {
                waiting.removeFirst()
            } else if connection.send(call) {
                waiting.removeFirst()
            } else {
                break
            }
        }
    }

    private func prune() {
        while waiting.first?.isEnded == true { waiting.removeFirst() }
        if waiting.count >= settings.waitingMax { waiting.removeAll { $0.isEnded } }
    }

    private func watchWaiting() {
        guard waitTimer == nil, let earliest = waiting.lazy.filter({ !$0.isEnded }).map(\.deadline).min() else {
            return
        }
        guard earliest < .distantFuture else { return }
        // Looks again at least every 10 ms while calls wait: later ones may have to end earlier.
        let at = min(earliest, .now() + .milliseconds(10))
        waitTimer = loop.eventLoop.assumeIsolated().scheduleTask(deadline: at) { [weak self] in
            guard let self else { return }
            loop.turn {
                self.waitTimer = nil
                let now = NIODeadline.now()
                for call in self.waiting where call.deadline <= now { call.fail(.deadlineExceeded(wasSent: false)) }
                self.waiting.removeAll { $0.isEnded }
                self.watchWaiting()
            }
        }
    }

    // MARK: The connection

    /// Something happened on a connection that may let waiting calls go on.
    func connectionChanged(_ connection: HTTP2ClientConnection) {
        if case .connecting = state, connection === greeting, connection.isGreeted {
            greeting = nil
            state = .ready(connection)
            if isShutDown { connection.goAway() }
        }
        guard case .ready(let current) = state, current === connection else { return }
        failuresInARow = 0
        if connection.isGoingAway { return replace(connection) }
        if !waiting.isEmpty { serve() }
    }

    func connectionEnded(_ connection: HTTP2ClientConnection) {
        leaving.removeAll { $0 === connection }
        if connection === greeting {
            greeting = nil
            return backOff("\(endpoint) did not greet in HTTP/2")
        }
        guard case .ready(let current) = state, current === connection else { return }
        state = .idle
        if !waiting.isEmpty { connect() }
    }

    func shutDown() {
        isShutDown = true
        for call in waiting { call.fail(.notSent("the client is shut down")) }
        waiting.removeAll()
        if case .ready(let connection) = state { connection.goAway() }
    }

    private func replace(_ connection: HTTP2ClientConnection) {
        leaving.append(connection)
        state = .idle
        if waiting.contains(where: { !$0.isEnded }) { connect() }
    }

    private func connect() {
        state = .connecting
        let connection = HTTP2ClientConnection(loop: loop, settings: settings, endpoint: endpoint, peer: self)
        let handler = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let box = NIOLoopBound(self, eventLoop: loop.eventLoop)
        ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(.milliseconds(Int64(settings.connectMilliseconds)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
            .whenComplete { result in
                let peer = box.value
                peer.loop.turn { peer.connected(result.map { _ in handler.value }) }
            }
    }

    private func connected(_ result: Result<HTTP2ClientConnection, any Error>) {
        // The channel tells its handlers a moment after it tells us.
        if case .success(let connection) = result { connection.open() }
        switch result {
        case .success(let connection) where connection.session != nil && !isShutDown:
            greeting = connection
            connectionChanged(connection)
        case .success(let connection):
            connection.closeChannel()
            backOff("\(endpoint) closed the connection at once")
        case .failure(let error):
            backOff("\(endpoint) can't be reached: \(error)")
        }
    }

    private func backOff(_ reason: String) {
        failuresInARow += 1
        let factor = 1 << min(failuresInARow - 1, 16)
        let whole = min(settings.backOffMillisecondsMax, settings.backOffMillisecondsMin * factor)
        let pause = Int64(Int.random(in: (whole + 1) / 2...whole))
        logger.debug("a peer can't be reached", metadata: ["peer": "\(endpoint)", "reason": "\(reason)"])
        state = .backingOff(until: .now() + .milliseconds(pause), reason: reason)
        let failed = waiting
        waiting.removeAll()
        for call in failed { call.fail(.notSent(reason)) }
    }
}

extension HTTPClientFailure {
    static func deadlineExceeded(wasSent: Bool) -> HTTPClientFailure {
        HTTPClientFailure(kind: .deadlineExceeded, wasSent: wasSent, reason: "the deadline passed")
    }
}
