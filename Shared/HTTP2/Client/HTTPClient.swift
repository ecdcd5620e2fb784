public import Logging
public import NIOCore
import NIOPosix

/// Calls peers over HTTP/2, in clear text or by mutual TLS: one multiplexed connection for each peer and event loop, and
/// more where it is full, opened on demand.
///
/// Called from a handler it uses the handler's own loop, so that the call does not change threads.
public final class HTTPClient: Sendable {
    /// The peers of one loop.
    // Unchecked: the loop never changes; `peers` is reached by what `run` has that loop do, and nowhere else.
    private final class LoopPeers: @unchecked Sendable {
        let loop: ConnectionLoop
        var peers: [Endpoint: ClientPeer] = [:]

        init(loop: ConnectionLoop) {
            self.loop = loop
        }
    }

    private let settings: HTTPClientSettings
    private let tls: TLSIdentity?
    private let logger: Logger
    private let loops: [ObjectIdentifier: LoopPeers]
    private let group: any EventLoopGroup

    /// Makes a client that uses the loops of `group`; give it the server's group.
    /// - Precondition: where there is `tls`, it names the peers' authority.
    public init(
        settings: HTTPClientSettings = HTTPClientSettings(), tls: TLSIdentity? = nil, group: any EventLoopGroup,
        logger: Logger
    ) {
        settings.check()
        precondition(tls == nil || tls?.client != nil, "a client needs its peers' authority")
        self.tls = tls
        self.settings = settings
        self.logger = logger
        self.group = group
        var loops: [ObjectIdentifier: LoopPeers] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = LoopPeers(loop: ConnectionLoop.of(eventLoop))
        }
        self.loops = loops
    }

    /// Sends `request` and waits for the response's head.
    ///
    /// Cancelling the calling task, or letting the response's body go, resets the stream.
    /// - Parameters:
    ///   - deadline: when to give up; nil never does.
    ///   - deadlineCoversBody: false for streams that go on after their head.
    /// - Throws: `HTTPClientFailure`, which says whether the peer may have processed the request.
    public nonisolated(nonsending) func execute(
        _ request: ClientRequest, to endpoint: Endpoint, deadline: ContinuousClock.Instant?,
        deadlineCoversBody: Bool = true
    ) async throws(HTTPClientFailure) -> ClientResponse {
        let home = currentLoop()
        let call = ClientCall(
            loop: home.loop, request: request, deadline: Self.convert(deadline),
            isDeadlineForBody: deadlineCoversBody)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                home.loop.run { [self] in
                    if call.begin(.head(continuation)) { peer(of: home, endpoint).submit(call) }
                }
            }
        } onCancel: {
            call.cancel()
        }
        return try result.get()
    }

    /// Sends `request` and waits for the whole response: for calls, whose answers say all in their bodies. It costs less
    /// than to read a response as it comes, since the caller is woken once.
    ///
    /// Cancelling the calling task resets the stream.
    /// - Parameter deadline: when to give up; nil never does.
    /// - Throws: `HTTPClientFailure`, or `BodyReadFailure.tooLarge` as soon as there are more than `bytesMax` bytes.
    public nonisolated(nonsending) func ask(
        _ request: ClientRequest, of endpoint: Endpoint, deadline: ContinuousClock.Instant?, bytesMax: Int
    ) async throws -> ClientAnswer {
        let home = currentLoop()
        let call = ClientCall(
            loop: home.loop, request: request, deadline: Self.convert(deadline), isDeadlineForBody: true)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                home.loop.run { [self] in
                    if call.begin(.whole(continuation, bytesMax: bytesMax)) { peer(of: home, endpoint).submit(call) }
                }
            }
        } onCancel: {
            call.cancel()
        }
        return try result.get()
    }

    /// Sends no more, lets calls in progress end, closes the connections after them.
    public func shutdown() {
        for home in loops.values {
            home.loop.run { home.peers.values.forEach { $0.shutDown() } }
        }
    }

    private func peer(of home: LoopPeers, _ endpoint: Endpoint) -> ClientPeer {
        if let known = home.peers[endpoint] { return known }
        let new = ClientPeer(loop: home.loop, endpoint: endpoint, settings: settings, tls: tls, logger: logger)
        home.peers[endpoint] = new
        return new
    }

    private func currentLoop() -> LoopPeers {
        if let current = MultiThreadedEventLoopGroup.currentEventLoop, let home = loops[ObjectIdentifier(current)] {
            return home
        }
        guard let home = loops[ObjectIdentifier(group.next())] else {
            preconditionFailure("an event loop group gave a loop that it does not have")
        }
        return home
    }

    private static func convert(_ deadline: ContinuousClock.Instant?) -> NIODeadline {
        guard let deadline else { return .distantFuture }
        let left = ContinuousClock.now.duration(to: deadline)
        let (seconds, attoseconds) = left.components
        // A year is far enough, and no sum of it overflows.
        let nanoseconds = max(-1, min(seconds, 31_536_000)) * 1_000_000_000 + attoseconds / 1_000_000_000
        return .now() + .nanoseconds(nanoseconds)
    }
}
