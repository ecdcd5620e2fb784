import NIOCore

/// What all requests of one connection have in common.
final class RequestPeer: Sendable {
    let remoteAddress: SocketAddress?
    let protocolVersion: ProtocolVersion
    let isSecure: Bool
    let eventLoop: any EventLoop

    init(remoteAddress: SocketAddress?, protocolVersion: ProtocolVersion, isSecure: Bool, eventLoop: any EventLoop) {
        self.remoteAddress = remoteAddress
        self.protocolVersion = protocolVersion
        self.isSecure = isSecure
        self.eventLoop = eventLoop
    }
}
