import HTTPTypes
import NIOCore

/// One request and its response on an HTTP/1.1 connection.
// Unchecked as its base class is: what it adds is touched on the loop's thread alone as well.
final class HTTP1ServerExchange: ServerExchange, @unchecked Sendable {
    /// A larger body is not copied behind its head: it stays one buffer, however many slow readers it has.
    private static let copiedBytesMax = 16_384

    /// Nil once the exchange is over: a handler may outlive its connection.
    private var connection: HTTP1ServerConnection?
    let isHTTP1_0: Bool
    let expectsContinue: Bool

    /// Whether the connection can carry another request after this one.
    var keepsAlive: Bool

    /// What accepts the WebSocket that the client asked for; nil where it did not.
    var webSocketAccept: String?

    var isRequestComplete = false
    private(set) var isResponseComplete = false
    private var framing = HTTP1Encoder.Framing.none
    private var remainingBytes = 0
    private var saidContinue = false
    private var isCloseFrameSent = false

    /// Whether the connection carries nothing but this body from here on, which an object gives piece by piece.
    private(set) var isStream = false

    /// Whether frames follow where a body would.
    var isWebSocket: Bool { if case .webSocket = framing { isResponded } else { false } }

    init(
        connection: HTTP1ServerConnection, now: NIODeadline, keepsAlive: Bool, isHTTP1_0: Bool, expectsContinue: Bool
    ) {
        self.connection = connection
        self.keepsAlive = keepsAlive
        self.isHTTP1_0 = isHTTP1_0
        self.expectsContinue = expectsContinue
        super.init(core: connection.core, loop: connection.loop, now: now)
    }

    override var acceptsWebSocket: Bool { webSocketAccept != nil }

    override func send(_ response: ServerResponse, body: ResponseBody) {
        guard let connection else { return }
        // A client that waits for leave to send its body may send it or not: only a closed connection is clear.
        if expectsContinue, !saidContinue, !isRequestComplete { keepsAlive = false }
        // A body that was given up half way leaves no place where the next request begins.
        if !isRequestComplete, inbox?.isEnded == true { keepsAlive = false }
        framing = framing(of: response, body)
        if framing == .untilClose || isWebSocket || connection.isStopping { keepsAlive = false }
        // The end of a request without a body may be still to be heard of.
        let isLastRequest = !keepsAlive && (isRequestComplete || inbox == nil)
        if case .source = body { isStream = isLastRequest && framing.isPlain }
        var buffer = connection.channelBuffer()
        HTTP1Encoder.write(
            response, framing: framing, closes: !keepsAlive, isHTTP1_0: isHTTP1_0, date: loop.date(), into: &buffer)
        if case .length(let count) = framing { remainingBytes = count }
        switch body {
        case .bytes(var bytes) where !isHeadRequest:
            if bytes.readableBytes <= Self.copiedBytesMax {
                buffer.writeBuffer(&bytes)
                connection.write(buffer)
            } else {
                connection.write(buffer)
                connection.write(bytes)
            }
            complete()
        case .bytes, .empty:
            connection.write(buffer)
            complete()
        case .stream, .source:
            if isStream { connection.becomeStream(isWebSocket: isWebSocket) }
            connection.write(buffer)
        }
        if isWebSocket, !isStream { connection.becomeWebSocket() }
    }

    override func abort() {
        keepsAlive = false
        // Where the end of the connection is the end of the body, only a reset tells that something is missing.
        if framing == .untilClose { connection?.resetsWhenClosed() }
        connection?.closeChannel()
    }

    override func outputReady() {
        connection?.queueFlush()
    }

    override func detach() {
        connection = nil
    }

    override func bodyReadBegan() {
        guard expectsContinue, !saidContinue, !isResponded, !isRequestComplete else { return }
        saidContinue = true
        connection?.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
    }

    override func bodyConsumed(_ bytes: Int) {
        connection?.bodyConsumed()
    }

    /// Ends a WebSocket from the transport's side.
    func endWebSocket(_ frame: ByteBuffer) {
        guard isWebSocket, !isResponseComplete else { return }
        sendClose(frame)
        complete()
    }

    /// The client takes nothing.
    func stall() {
        outbox?.stall()
    }

    /// Writes what the body has while the socket takes it.
    func pump(evenIfNotWritable isForced: Bool = false) {
        guard isResponded, !isResponseComplete, let outbox else { return }
        // Frames are never cut: another may be put between any two chunks.
        let chunkBytesMax = isWebSocket ? Int.max : 65_536
        while let connection, isForced || connection.isWritable {
            switch outbox.next(upTo: chunkBytesMax) {
            case .bytes(let chunk): writeChunk(chunk)
            case .wait: return
            case .end: return end()
            case .broken: return abort()
            }
            if isClosed { return }
        }
    }

    private func writeChunk(_ chunk: ByteBuffer) {
        switch framing {
        case .chunked:
            connection?.write(ByteBuffer(string: String(chunk.readableBytes, radix: 16) + "\r\n"))
            connection?.write(chunk)
            connection?.write(ByteBuffer(string: "\r\n"))
        case .length:
            guard chunk.readableBytes <= remainingBytes else { return abort() }
            remainingBytes -= chunk.readableBytes
            connection?.write(chunk)
        case .webSocket:
            if WebSocketFrame.isClose(chunk) { sendClose(chunk) } else { connection?.send(chunk) }
        case .none, .untilClose:
            connection?.send(chunk)
        }
    }

    private func end() {
        if framing == .chunked { connection?.write(ByteBuffer(string: "0\r\n\r\n")) }
        if case .length = framing, remainingBytes > 0 { return abort() }
        complete()
    }

    private func sendClose(_ frame: ByteBuffer) {
        guard !isCloseFrameSent else { return }
        isCloseFrameSent = true
        connection?.write(frame)
    }

    private func complete() {
        if isWebSocket { sendClose(WebSocketFrame.close(1000)) }
        isResponseComplete = true
        outbox?.close()
        connection?.exchangeAdvanced()
    }

    private func framing(of response: ServerResponse, _ body: ResponseBody) -> HTTP1Encoder.Framing {
        let announced = response.headerFields[.contentLength].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 }
        if response.status == .switchingProtocols, let webSocketAccept { return .webSocket(accept: webSocketAccept) }
        if response.status.code == 204 || response.status.code < 200 { return .none }
        switch body {
        case .empty:
            if response.status.code == 304 || isHeadRequest { return announced.map { .length($0) } ?? .none }
            return .length(0)
        case .bytes(let bytes):
            return .length(isHeadRequest ? announced ?? bytes.readableBytes : bytes.readableBytes)
        case .stream, .source:
            if let announced { return .length(announced) }
            if case .source = body { return .untilClose }
            return isHTTP1_0 ? .untilClose : .chunked
        }
    }
}
