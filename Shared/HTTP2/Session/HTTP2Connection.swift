import CNghttp2
import NIOCore

/// One HTTP/2 connection: a libnghttp2 session as a channel handler. The roles are its subclasses.
///
/// Bytes go in by `channelRead`, in one call for each read; what comes of them goes out at the turn's end, in one
/// write. libnghttp2 is never asked for output while it takes input, and the channel is never touched from within
/// its callbacks, so the session cannot vanish under it.
class HTTP2Connection: ChannelInboundHandler, LoopConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A write is handed to the socket when it has grown to this many bytes.
    private static let writeBytes = 65_536

    final let loop: ConnectionLoop
    final var isFlushQueued = false
    final var loopIndex = -1

    /// Nil before the channel is active and after it ended.
    final private(set) var session: OpaquePointer?
    final private(set) var context: ChannelHandlerContext?

    /// When bytes last came; the time of the read for everything that happens in it.
    final private(set) var readAt = NIODeadline.now()
    /// When bytes last went to a socket that had room for them.
    final private(set) var wroteAt = NIODeadline.now()

    private var isReceiving = false
    private var isEnded = false

    init(loop: ConnectionLoop) {
        self.loop = loop
    }

    // MARK: What a role does

    /// Makes the session with the role's own settings.
    func makeSession(_ callbacks: OpaquePointer?, _ user: UnsafeMutableRawPointer) -> OpaquePointer? { nil }
    func headersBegan(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 { 0 }
    func headerReceived(
        _ frame: UnsafePointer<nghttp2_frame>, _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool
    ) -> Int32 { 0 }
    /// Called with the bytes of a read before libnghttp2 has them.
    func willReceive(_ bytes: UnsafeRawBufferPointer) {}
    func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) {}
    func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {}
    func frameNotSent(_ frame: UnsafePointer<nghttp2_frame>) {}
    func dataReceived(_ streamID: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {}
    func streamClosed(_ streamID: Int32, _ code: UInt32) {}
    /// Called after the bytes of a read went through, outside of libnghttp2.
    func received() {}
    /// Called once when the channel is gone or the session failed; open streams end here.
    func ended() {}
    func tick(at now: NIODeadline) {}
    /// Called when the server wants to stop.
    func stopGracefully() {}

    // MARK: The channel

    final func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is GracefulStop else { return context.fireUserInboundEventTriggered(event) }
        loop.turn { stopGracefully() }
    }

    final func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open() }
    }

    final func channelActive(context: ChannelHandlerContext) {
        open()
        context.fireChannelActive()
    }

    final func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    final func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    final func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    final func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        loop.turn {
            guard let session else { return }
            readAt = .now()
            isReceiving = true
            let taken = buffer.withUnsafeReadableBytes { bytes in
                willReceive(bytes)
                return nghttp2_session_mem_recv(
                    session, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
            }
            isReceiving = false
            // What libnghttp2 has to say about a broken peer (GOAWAY) still goes out; it then wants no more.
            if taken < 0 { nghttp2_session_terminate_session(session, StreamErrorCode.protocolError) }
            received()
            queueFlush()
        }
    }

    final func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { loop.turn { queueFlush() } }
        context.fireChannelWritabilityChanged()
    }

    // MARK: For roles

    final func queueFlush() {
        loop.queueFlush(self)
    }

    final func closeChannel() {
        context?.close(promise: nil)
    }

    final func flushOutput() {
        guard let session, let context, !isReceiving else { return }
        while context.channel.isWritable, self.session != nil {
            // Taken out of the loop while libnghttp2 runs: what its callbacks reach may use the loop's buffer too.
            var output = loop.takeOutput()
            Self.gather(from: session, into: &output)
            guard output.readableBytes > 0 else {
                loop.giveBack(output)
                break
            }
            wroteAt = .now()
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            loop.giveBack(output)
        }
        guard self.session != nil else { return }
        if nghttp2_session_want_read(session) == 0, nghttp2_session_want_write(session) == 0 {
            context.close(promise: nil)
        }
    }

    /// Gives the peer back what it may send over the whole connection.
    final func consumeConnection(_ bytes: Int) {
        guard let session else { return }
        nghttp2_session_consume_connection(session, bytes)
    }

    /// Gives the peer back what it may send on a stream.
    final func consume(_ bytes: Int, streamID: Int32) {
        guard let session else { return }
        nghttp2_session_consume_stream(session, streamID, bytes)
        queueFlush()
    }

    final func resetStream(_ streamID: Int32, _ code: UInt32) {
        guard let session else { return }
        nghttp2_submit_rst_stream(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), streamID, code)
        queueFlush()
    }

    /// Makes the session; the channel is connected. Does nothing the second time.
    final func open() {
        guard session == nil, !isEnded else { return }
        session = makeSession(SessionCallbacks.shared, Unmanaged.passUnretained(self).toOpaque())
        guard session != nil else { return closeChannel() }
        loop.add(self)
        loop.turn { queueFlush() }
    }

    private static func gather(from session: OpaquePointer, into output: inout ByteBuffer) {
        var pointer: UnsafePointer<UInt8>?
        repeat {
            let count = nghttp2_session_mem_send(session, &pointer)
            guard count > 0, let pointer else { break }
            output.writeBytes(UnsafeRawBufferPointer(start: pointer, count: count))
        } while output.readableBytes < writeBytes
    }

    private func end() {
        isEnded = true
        guard let session else { return }
        loop.turn {
            // Streams first: their providers must not outlive them within the session.
            ended()
            self.session = nil
            nghttp2_session_del(session)
            loop.remove(self)
        }
    }
}
