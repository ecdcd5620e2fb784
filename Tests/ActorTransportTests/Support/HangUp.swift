import NIOCore
import Synchronization

/// Greets in HTTP/2 (an empty SETTINGS frame) and hangs up when the body of a request has come whole.
final class HangUp: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    /// How many requests came.
    final class Count: Sendable {
        private let value = Atomic(0)
        var current: Int { value.load(ordering: .relaxed) }
        func add() { value.add(1, ordering: .relaxed) }
    }

    private static let prefaceBytes = 24
    private let requests: Count
    private let received = Mutex<[UInt8]>([])

    init(_ requests: Count) {
        self.requests = requests
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrap([0, 0, 0, 4, 0, 0, 0, 0, 0]), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let isWhole = received.withLock { bytes in
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            return Self.hasWholeRequest(bytes.dropFirst(Self.prefaceBytes))
        }
        guard isWhole else { return }
        requests.add()
        context.close(promise: nil)
    }

    /// Whether a DATA or HEADERS frame (RFC 9113, section 4.1) ends its stream.
    private static func hasWholeRequest(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { return false }
            if head[3] <= 1, head[4] & 1 == 1 { return true }
            rest = rest.dropFirst(9 + length)
        }
        return false
    }

    private func wrap(_ bytes: [UInt8]) -> NIOAny {
        NIOAny(ByteBuffer(bytes: bytes))
    }
}
