import NIOCore
import NIOWebSocket

/// Hears what a WebSocket's client says: answers pings and closes, drops the rest, within a budget.
final class WebSocketInbound: ChannelInboundHandler {
    typealias InboundIn = NIOWebSocket.WebSocketFrame

    /// What a client may say in one frame, in bytes: nothing that it says is of use here.
    static let frameBytesMax = 4_096
    /// What is read of it at once, in bytes.
    static let readBytes = 2_048

    private enum Code {
        static let protocolError: UInt16 = 1002
        static let policyViolation: UInt16 = 1008
        static let messageTooBig: UInt16 = 1009
    }

    private let connection: HTTP1ServerConnection
    private var frames: TokenBucket

    init(connection: HTTP1ServerConnection) {
        self.connection = connection
        let settings = connection.core.settings
        frames = TokenBucket(
            burst: settings.controlFramesBurst, perSecond: settings.controlFramesPerSecond, at: .now())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        connection.loop.turn { hear(frame) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? NIOWebSocketError else { return context.fireErrorCaught(error) }
        connection.loop.turn {
            let code = failure == .invalidFrameLength ? Code.messageTooBig : Code.protocolError
            connection.endWebSocket(WebSocketFrame.close(code))
        }
    }

    private func hear(_ frame: NIOWebSocket.WebSocketFrame) {
        // A client that does not mask is none (RFC 6455, 5.1).
        guard frame.maskKey != nil else { return connection.endWebSocket(WebSocketFrame.close(Code.protocolError)) }
        guard frames.take(at: .now()) else {
            return connection.endWebSocket(WebSocketFrame.close(Code.policyViolation, reason: "too many frames"))
        }
        switch frame.opcode {
        case .ping: connection.writeToWebSocket(WebSocketFrame.pong(frame.unmaskedData))
        case .connectionClose: connection.endWebSocket(WebSocketFrame.close(Self.answer(to: frame.unmaskedData)))
        default: break
        }
    }

    /// A close is answered with its own code, if it has one that may stand on the wire.
    private static func answer(to payload: ByteBuffer) -> UInt16 {
        guard let code = payload.getInteger(at: payload.readerIndex, as: UInt16.self) else { return 1000 }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: return code
        default: return Code.protocolError
        }
    }
}
