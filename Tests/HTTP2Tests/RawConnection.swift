import HTTP2
import NIOCore
import NIOPosix
import Synchronization

/// A socket that says what it is told, for peers that don't keep to the rules.
final class RawConnection: Sendable {
    private final class Received: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    let channel: any Channel
    private let received: Received

    private init(channel: any Channel, received: Received) {
        self.channel = channel
        self.received = received
    }

    static func open(_ loopback: Loopback) async throws -> RawConnection {
        let received = Received()
        let channel = try await ClientBootstrap(group: loopback.group)
            .channelInitializer { $0.pipeline.addHandler(received) }
            .connect(host: loopback.endpoint.host, port: loopback.endpoint.port).get()
        return RawConnection(channel: channel, received: received)
    }

    /// Sends what it can; a peer that hung up is no error here.
    func send(_ bytes: [UInt8]) async {
        _ = await isSent(bytes)
    }

    /// Sends, and tells whether the socket took it.
    func isSent(_ bytes: [UInt8]) async -> Bool {
        (try? await channel.writeAndFlush(ByteBuffer(bytes: bytes))) != nil
    }

    func send(_ text: String) async {
        await send(Array(text.utf8))
    }

    var bytes: [UInt8] { received.bytes.withLock { $0 } }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isClosed: Bool { !channel.isActive }

    func close() async {
        try? await channel.close()
    }

    /// The frames that came, by type and payload.
    var frames: [(type: UInt8, flags: UInt8, payload: [UInt8])] {
        var rest = bytes[...]
        var frames: [(UInt8, UInt8, [UInt8])] = []
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            frames.append((head[3], head[4], Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    /// The error code of the GOAWAY that came, if one did.
    var goAwayCode: UInt8? { frames.last { $0.type == 7 }?.payload[7] }
}

/// Frames by hand.
enum Frame {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + make(4)

    static func make(_ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let count = payload.count
        let length = [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
        let id = (0..<4).map { UInt8(stream >> (24 - 8 * UInt32($0)) & 255) }
        return length + [type, flags] + id + payload
    }

    /// `GET /` in HPACK: method, scheme and path from the static table, an authority without indexing.
    static let getBlock: [UInt8] = [0x82, 0x86, 0x84, 0x01, 0x01, UInt8(ascii: "x")]

    static func get(_ stream: UInt32, ends: Bool = true) -> [UInt8] {
        make(1, flags: ends ? 5 : 4, stream: stream, getBlock)
    }
}
