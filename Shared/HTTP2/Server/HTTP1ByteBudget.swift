import NIOCore

/// Stands before HTTP/1.1's decoder and counts: what the decoder swallows without making anything of it (empty lines,
/// a chunk's extension, leading zeros) costs time and has no limit of its own there.
final class HTTP1ByteBudget: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Beside a head of the listener's size, this much may be there for each byte of a body (chunks of two bytes take
    /// 3.5, chunks of four 2.3) …
    private static let bytesForEachOfBody = 3
    /// … and this much at all.
    private static let bytesBeside = 65_536

    private let headerBytesMax: Int
    private var bytes = 0

    /// When the first bytes came of a message whose head is not there; nil where none did.
    private(set) var headBeganAt: NIODeadline?

    init(headerBytesMax: Int) {
        self.headerBytesMax = headerBytesMax
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytes
        if headBeganAt == nil { headBeganAt = .now() }
        context.fireChannelRead(data)
        // Behind the decoder: what it made of these bytes is noted by now.
        guard bytes > headerBytesMax + Self.bytesBeside else { return }
        context.fireUserInboundEventTriggered(HTTP1BytesWasted())
    }

    /// The decoder gave a head, or an end.
    func messageAdvanced() {
        bytes = 0
        headBeganAt = nil
    }

    /// The decoder gave bytes of a body.
    func bodyAdvanced(_ count: Int) {
        bytes -= min(bytes, count * Self.bytesForEachOfBody)
    }
}

/// More bytes came than a message needs.
struct HTTP1BytesWasted: Sendable {}
