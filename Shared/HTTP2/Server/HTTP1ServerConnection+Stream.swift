import NIOCore
import NIOHTTP1
import NIOWebSocket

#if canImport(Glibc)
import Glibc
#endif

/// A connection that carries one endless body, to one of thousands of viewers, or frames of a WebSocket.
extension HTTP1ServerConnection {
    /// What the kernel keeps of a stream for a client that does not read, in bytes (Linux counts twice as many, with
    /// what it needs beside them): thousands of sleeping phones must not fill its memory, and are to be noticed.
    private static let streamSendBytes = 65_536

    /// From here on the connection carries one body, and no more requests.
    func becomeStream(isWebSocket: Bool) {
        try? context?.channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: Self.streamSendBytes)
        if core.tls == nil, let context {
            socket = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                $0
            }
        }
        if isWebSocket {
            becomeWebSocket()
        } else {
            replaceDecoder(by: [StreamInbound()])
        }
    }

    /// From here on frames are read in place of requests.
    func becomeWebSocket() {
        hearsFrames = true
        // Few at a time: one who says too much is stopped before it said much more.
        let reads = FixedSizeRecvByteBufferAllocator(capacity: WebSocketInbound.readBytes)
        try? context?.channel.syncOptions?.setOption(.recvAllocator, value: reads)
        let frames = WebSocketFrameDecoder(maxFrameSize: WebSocketInbound.frameBytesMax)
        replaceDecoder(by: [ByteToMessageHandler(frames), WebSocketInbound(connection: self)])
    }

    private func replaceDecoder(by handlers: [any ChannelHandler]) {
        let handlers = NIOLoopBound(handlers, eventLoop: loop.eventLoop)
        // Not now: the decoder may be at work on this very request.
        loop.eventLoop.assumeIsolated().execute { [self] in
            guard isRunning, let context, let decoder, let budget else { return }
            let pipeline = context.pipeline.syncOperations
            do {
                try pipeline.addHandlers(handlers.value, position: .after(decoder))
            } catch {
                return closeChannel()
            }
            pipeline.removeHandler(budget, promise: nil)
            pipeline.removeHandler(decoder, promise: nil)
            self.budget = nil
            self.decoder = nil
            resumeReading()
        }
    }

    /// Writes frames between those of the body; left out while the client does not read.
    func writeToWebSocket(_ frames: ByteBuffer) {
        if lingersUntil == nil, isWritable { write(frames) }
    }

    /// Sends the last frame and ends the connection.
    func endWebSocket(_ frame: ByteBuffer) {
        guard lingersUntil == nil else { return }
        exchange?.endWebSocket(frame)
    }

    /// Sends a piece of a stream: at once if the socket takes it, else what it does not take by the channel.
    func send(_ buffer: ByteBuffer) {
        guard let socket, channelWrites == 0, isRunning, context?.channel.isActive == true else { return write(buffer) }
        let count = buffer.withUnsafeReadableBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
        hasSent = true
        guard count < buffer.readableBytes else { return }
        // A socket that is broken says so to the channel too.
        var rest = buffer
        rest.moveReaderIndex(forwardBy: max(0, count))
        write(rest)
    }

    /// Has the peer see that the body was cut short.
    func resetsWhenClosed() {
        let now = Glibc.linger(l_onoff: 1, l_linger: 0)
        // Done at once: this is the channel's loop.
        _ = (context?.channel as? any SocketOptionProvider)?.setSoLinger(now)
    }
}
