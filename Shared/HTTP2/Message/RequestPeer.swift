import NIOCore

/// What all requests of one connection have in common.
final class RequestPeer: Sendable {
    let remoteAddress: SocketAddress?
    let protocolVersion: ProtocolVersion
    let isSecure: Bool
    let eventLoop: any EventLoop
    /// Where the connection's rounds are counted; nil where there is no connection.
    let loop: ConnectionLoop?

    init(
        remoteAddress: SocketAddress?, protocolVersion: ProtocolVersion, isSecure: Bool, eventLoop: any EventLoop,
        loop: ConnectionLoop? = nil
    ) {
        self.remoteAddress = remoteAddress
        self.protocolVersion = protocolVersion
        self.isSecure = isSecure
        self.eventLoop = eventLoop
        self.loop = loop
    }

    /// Counts a request in its loop's round; nil where there is no connection, or another thread asks.
    func countInRound() -> LoopRound? {
        guard let loop, loop.eventLoop.inEventLoop else { return nil }
        return loop.countRequest()
    }
}
