import NIOCore

/// Drops what a client sends behind its last request: the connection carries one stream to it and nothing else.
final class StreamInbound: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
