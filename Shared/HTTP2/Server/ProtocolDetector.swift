import NIOCore
import NIOHTTP1

/// Looks at the first bytes of a connection: HTTP/2's preface (RFC 9113, 3.4), or else HTTP/1.1.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler, LoopConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// No HTTP/1.1 request begins so, and HTTP/2's preface does; libnghttp2 checks the rest of it.
    private static let prefaceStart = Array("PRI * HTTP/2".utf8)

    let core: ServerCore
    let loop: ConnectionLoop
    var isFlushQueued = false
    var loopIndex = -1
    private var context: ChannelHandlerContext?
    private var seen: ByteBuffer?
    private let openedAt = NIODeadline.now()

    init(core: ServerCore, loop: ConnectionLoop) {
        self.core = core
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loop.remove(self)
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is GracefulStop else { return context.fireUserInboundEventTriggered(event) }
        context.close(promise: nil)
    }

    func flushOutput() {}

    func tick(at now: NIODeadline) {
        if now - openedAt > .milliseconds(Int64(core.settings.headerReadMilliseconds)) { context?.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var seen {
            seen.writeBuffer(&bytes)
            bytes = seen
        }
        let start = bytes.readableBytesView.prefix(Self.prefaceStart.count)
        let isHTTP2 = Self.prefaceStart.starts(with: start)
        if isHTTP2, start.count < Self.prefaceStart.count {
            seen = bytes
            return
        }
        seen = nil
        do {
            try choose(isHTTP2: isHTTP2, context)
        } catch {
            return context.close(promise: nil)
        }
        context.fireChannelRead(wrapInboundOut(bytes))
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    private func choose(isHTTP2: Bool, _ context: ChannelHandlerContext) throws {
        let pipeline = context.pipeline.syncOperations
        let peer = context.remoteAddress
        guard !isHTTP2 else {
            return try pipeline.addHandler(HTTP2ServerConnection(core: core, loop: loop, remoteAddress: peer))
        }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = core.settings.headerBytesMax
        limits.maxHeaderListSize = core.settings.headerBytesMax
        limits.maxHeaderFieldCount = core.settings.headerFieldsMax
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(
                leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: limits))
        let budget = HTTP1ByteBudget(headerBytesMax: core.settings.headerBytesMax)
        let connection = HTTP1ServerConnection(
            core: core, loop: loop, remoteAddress: peer, decoder: decoder, budget: budget)
        try pipeline.addHandlers([budget, decoder, connection])
    }
}
