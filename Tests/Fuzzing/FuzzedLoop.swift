import NIOCore
import NIOEmbedded

@testable import HTTP2

/// The one loop of a fuzzer's process, turned by hand.
enum FuzzedLoop {
    static let embedded = EmbeddedEventLoop()

    private static let address = try? SocketAddress(ipAddress: "127.0.0.1", port: 1)

    static let loop = ConnectionLoop.of(embedded)

    /// A connected channel with `handler`.
    static func channel(_ handler: any ChannelHandler) -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: handler, loop: embedded)
        if let address { channel.connect(to: address, promise: nil) }
        embedded.run()
        return channel
    }

    /// Gives the channel what the peer sent, and runs what comes of it. False when the channel is closed.
    @discardableResult
    static func deliver(_ bytes: [UInt8], to channel: EmbeddedChannel) -> Bool {
        guard channel.isActive else { return false }
        if !bytes.isEmpty { _ = try? channel.writeInbound(ByteBuffer(bytes: bytes)) }
        // A millisecond, so that handlers begin that wait for the sockets' turn.
        embedded.advanceTime(by: .milliseconds(1))
        return channel.isActive
    }

    /// What the channel said since the last call.
    static func said(_ channel: EmbeddedChannel) -> [UInt8] {
        var all: [UInt8] = []
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { all += buffer.readableBytesView }
        return all
    }

    /// The peer is gone; all that hung on the connection has to end.
    static func close(_ channel: EmbeddedChannel) {
        channel.close(promise: nil)
        for _ in 0..<4 { embedded.advanceTime(by: .milliseconds(1)) }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        embedded.run()
    }
}
