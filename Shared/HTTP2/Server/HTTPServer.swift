public import Logging
public import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A listener for HTTP/1.1 and HTTP/2 on one port: in clear text (prior knowledge), or by TLS with ALPN.
///
/// A handler runs as a task on its connection's event loop and answers with a `ServerResponse`; a `RouteTable` is
/// one. One server is one listener with its own limits; a process may have several.
public final class HTTPServer: Sendable {
    private struct State {
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
    }

    private let core: ServerCore
    /// For connections of peers that many people stand behind.
    private let coreForMany: ServerCore
    private let standsForMany: @Sendable (SocketAddress) -> Bool
    private let state = Mutex(State())

    /// - Parameters:
    ///   - standsForMany: whether many people stand behind a peer, as behind a balancer: its connections have the budgets
    ///     of `HTTPServerSettings.forManyPeople`.
    ///   - tls: the certificates; nil for clear text.
    ///   - handler: answers every request.
    ///   - refusal: what to say where the server itself refuses; an empty body by default. Must answer with
    ///     `.empty` or `.bytes`.
    public convenience init(
        settings: HTTPServerSettings = HTTPServerSettings(),
        standsForMany: @escaping @Sendable (SocketAddress) -> Bool = { _ in false },
        tls: TLSIdentity? = nil,
        logger: Logger,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse = { ServerResponse(status: $0.status) },
        handler: @escaping RequestHandler
    ) {
        let core = ServerCore(
            settings: settings, tls: tls, routes: RouteResolver(handler), refusal: refusal, logger: logger)
        self.init(core: core, standsForMany: standsForMany)
    }

    /// As above, with the routes of a table as they are now; saves each request a step.
    public convenience init(
        settings: HTTPServerSettings = HTTPServerSettings(),
        standsForMany: @escaping @Sendable (SocketAddress) -> Bool = { _ in false },
        tls: TLSIdentity? = nil,
        logger: Logger,
        refusal: @escaping @Sendable (ServerRefusal) -> ServerResponse = { ServerResponse(status: $0.status) },
        routes: RouteTable
    ) {
        let core = ServerCore(
            settings: settings, tls: tls, routes: routes.resolver(), refusal: refusal, logger: logger)
        self.init(core: core, standsForMany: standsForMany)
    }

    private init(core: ServerCore, standsForMany: @escaping @Sendable (SocketAddress) -> Bool) {
        core.settings.check()
        self.core = core
        self.standsForMany = standsForMany
        coreForMany = core.with(core.settings.forManyPeople)
    }

    /// Open connections now.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Requests that wait for their answer now. A stream counts until its head is sent.
    public var requestsInFlight: Int { core.unanswered }

    /// Starts to listen; port 0 takes a free one.
    /// - Returns: the port that was bound.
    @discardableResult
    public func start(on group: any EventLoopGroup, host: String, port: Int) async throws -> Int {
        precondition(state.withLock { $0.listener == nil && !$0.isStopping }, "a server starts once")
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(
                .socketOption(NIOBSDSocket.Option(rawValue: SO_REUSEPORT)), value: core.settings.reusesPort ? 1 : 0
            )
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)),
                value: .init(core.settings.unacknowledgedMilliseconds)
            )
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
        let listener = try await bootstrap.bind(host: host, port: port).get()
        let isTooLate = state.withLock { state in
            state.listener = listener
            return state.isStopping
        }
        if isTooLate { try? await listener.close() }
        return listener.localAddress?.port ?? port
    }

    /// Stops gracefully: no new connections, GOAWAY (or `Connection: close`) on the open ones, requests in flight
    /// end; what is not done after `stopMilliseconds` of the settings is cut off. Returns when all is closed.
    public func shutdown() async {
        let (listener, open) = state.withLock { state in
            state.isStopping = true
            return (state.listener, Array(state.connections.values))
        }
        try? await listener?.close()
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(GracefulStop()) }
        await withTaskGroup { group in
            group.addTask {
                for channel in open { try? await channel.closeFuture.get() }
            }
            group.addTask { [core] in
                try? await Task.sleep(for: .milliseconds(core.settings.stopMilliseconds))
                for channel in open { channel.close(promise: nil) }
            }
            await group.next()
            group.cancelAll()
            for channel in open { channel.close(promise: nil) }
        }
    }

    private func accept(_ channel: any Channel) throws {
        let key = ObjectIdentifier(channel)
        let isWelcome = state.withLock { state in
            guard !state.isStopping, state.connections.count < core.settings.connectionsMax else { return false }
            state.connections[key] = channel
            return true
        }
        guard isWelcome else { throw ChannelError.ioOnClosedChannel }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { _ = $0.connections.removeValue(forKey: key) }
        }
        let loop = ConnectionLoop.of(channel.eventLoop)
        let limits = channel.remoteAddress.map(standsForMany) == true ? coreForMany : core
        let reads = AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 2_048, maximum: limits.settings.readBytes)
        try channel.syncOptions?.setOption(.recvAllocator, value: reads)
        let pipeline = channel.pipeline.syncOperations
        if let tls = core.tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.serverContext)) }
        try pipeline.addHandler(ProtocolDetector(core: limits, loop: loop))
    }
}
