import DequeModule
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// A peer as seen from one loop: its connections, and the calls that wait for them.
///
/// The first connection with room takes a call, so that one carries all until it is full, and those that a rush opened
/// fall idle after it and are closed by the peer.
final class ClientPeer {
    /// No attempt before `until`; calls fail at once meanwhile, so that their callers can turn to another replica.
    private struct BackOff {
        let until: NIODeadline
        let reason: String
    }

    private let loop: ConnectionLoop
    private let endpoint: Endpoint
    private let settings: HTTPClientSettings
    private let tls: TLSIdentity?
    private let logger: Logger

    /// Connections that take calls, or will when they have room again.
    private var ready: [HTTP2ClientConnection] = []
    /// The one that is connected and not yet greeted: nothing was sent on it.
    private var greeting: HTTP2ClientConnection?
    /// Connections that take no new calls and still have old ones.
    private var leaving: [HTTP2ClientConnection] = []
    /// One attempt at a time.
    private var isConnecting = false
    private var backOff: BackOff?
    private var failuresInARow = 0

    private var waiting = Deque<ClientCall>()
    private var isServing = false
    private var waitTimer: Scheduled<Void>?
    private var isShutDown = false

    init(
        loop: ConnectionLoop, endpoint: Endpoint, settings: HTTPClientSettings, tls: TLSIdentity?, logger: Logger
    ) {
        self.loop = loop
        self.endpoint = endpoint
        self.settings = settings
        self.tls = tls
        self.logger = logger
    }

    // MARK: Calls

    func submit(_ call: ClientCall) {
        guard !isShutDown else { return call.fail(.notSent("the client is shut down")) }
        guard call.deadline > .now() else { return call.fail(.deadlineExceeded(wasSent: false)) }
        if waiting.isEmpty, send(call) { return }
        if ready.isEmpty, let backOff, backOff.until > .now() { return call.fail(.notSent(backOff.reason)) }
        prune()
        guard waiting.count < settings.waitingMax else {
            return call.fail(.notSent("\(waiting.count) calls wait for \(endpoint) already"))
        }
        waiting.append(call)
        watchWaiting()
        connectIfNeeded()
    }

    private func send(_ call: ClientCall) -> Bool {
        for connection in ready where connection.send(call) { return true }
        return false
    }

    /// Sends what waits while the connection takes it.
    private func serve() {
        guard !isServing else { return }
        isServing = true
        defer { isServing = false }
        while let call = waiting.first, call.isEnded || send(call) { waiting.removeFirst() }
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
        if connection === greeting, connection.isGreeted {
            greeting = nil
            isConnecting = false
            backOff = nil
            failuresInARow = 0
            ready.append(connection)
            if isShutDown { connection.goAway() }
        }
        if connection.isGoingAway, let index = ready.firstIndex(where: { $0 === connection }) {
            leaving.append(ready.remove(at: index))
        }
        guard !waiting.isEmpty else { return }
        serve()
        connectIfNeeded()
    }

    func connectionEnded(_ connection: HTTP2ClientConnection) {
        leaving.removeAll { $0 === connection }
        ready.removeAll { $0 === connection }
        if connection === greeting {
            greeting = nil
            attemptFailed("\(endpoint) did not greet in HTTP/2")
        } else {
            connectIfNeeded()
        }
    }

    func shutDown() {
        isShutDown = true
        for call in waiting { call.fail(.notSent("the client is shut down")) }
        waiting.removeAll()
        for connection in ready { connection.goAway() }
    }

    /// Opens a connection where calls wait that no other one takes.
    private func connectIfNeeded() {
        guard !isConnecting, !isShutDown, ready.count < settings.connectionsMax else { return }
        guard waiting.contains(where: { !$0.isEnded }) else { return }
        if let backOff, backOff.until > .now() { return }
        connect()
    }

    private func connect() {
        isConnecting = true
        let connection = HTTP2ClientConnection(
            loop: loop, settings: settings, endpoint: endpoint, isSecure: tls != nil, peer: self)
        let handler = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let box = NIOLoopBound(self, eventLoop: loop.eventLoop)
        let tls = tls?.client
        ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(.milliseconds(Int64(settings.connectMilliseconds)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName))
                    }
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
            attemptFailed("\(endpoint) closed the connection at once")
        case .failure(let error):
            attemptFailed("\(endpoint) can't be reached: \(error)")
        }
    }

    private func attemptFailed(_ reason: String) {
        isConnecting = false
        failuresInARow += 1
        let factor = 1 << min(failuresInARow - 1, 16)
        let whole = min(settings.backOffMillisecondsMax, settings.backOffMillisecondsMin * factor)
        let pause = Int64(Int.random(in: (whole + 1) / 2...whole))
        logger.debug("a peer can't be reached", metadata: ["peer": "\(endpoint)", "reason": "\(reason)"])
        backOff = BackOff(until: .now() + .milliseconds(pause), reason: reason)
        // Where others carry calls, those that wait have a chance until their deadlines.
        guard ready.isEmpty else { return }
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
