import DequeModule
import HTTPTypes
import NIOCore
import NIOHTTP1

/// The server's side of an HTTP/1.1 connection: one request after the other, also when they come all at once.
final class HTTP1ServerConnection: ChannelDuplexHandler, LoopConnection {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// What a handler that reads slowly lets wait before the socket is left unread, in bytes.
    private static let readAheadBytes = 65_536
    /// What of an unwanted body is skipped to keep the connection, in bytes.
    private static let skipBytesMax = 262_144
    /// Requests sent all at once that are begun before the other connections have their turn.
    private static let startsInTurn = 8
    /// What a peer gets to read the last answer in after the connection's half was closed.
    private static let lingerTime = TimeAmount.seconds(2)
    /// What the producer of a body that nobody takes gets to say its last words in.
    private static let lastWordsTime = TimeAmount.milliseconds(200)

    let core: ServerCore
    let loop: ConnectionLoop
    private let peer: RequestPeer
    private let handlers = HandlerCount()
    /// What reads requests; nil once the connection carries a stream.
    var decoder: ByteToMessageHandler<HTTPRequestDecoder>?
    var budget: HTTP1ByteBudget?
    var isFlushQueued = false
    var loopIndex = -1
    private(set) var isStopping = false

    private(set) var context: ChannelHandlerContext?
    private(set) var exchange: HTTP1ServerExchange?
    private var waiting = Deque<HTTPServerRequestPart>()
    private var isReadHeld = false
    private var isHandlingPart = false
    private var startsLeft = startsInTurn
    private(set) var isRunning = false
    private var isDirty = false
    /// The socket itself, where the connection carries one stream in clear text: what goes to thousands of viewers is
    /// given to the kernel without a detour.
    var socket: NIOBSDSocket.Handle?
    /// Whether what the client sends are frames of a WebSocket.
    var hearsFrames = false
    /// Writes of a stream that the channel has and the socket not yet.
    private(set) var channelWrites = 0
    var hasSent = false
    private var skippedBytes = 0
    private var isFirstHeadThere = false
    private var activeAt = NIODeadline.now()
    private var wroteAt = NIODeadline.now()
    private var stalledAt: NIODeadline?
    private(set) var lingersUntil: NIODeadline?

    init(
        core: ServerCore, loop: ConnectionLoop, remoteAddress: SocketAddress?,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>, budget: HTTP1ByteBudget
    ) {
        self.core = core
        self.loop = loop
        self.decoder = decoder
        self.budget = budget
        peer = RequestPeer(
            remoteAddress: remoteAddress, protocolVersion: .http1_1, isSecure: core.tls != nil,
            eventLoop: loop.eventLoop, loop: loop)
    }

    // MARK: The channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isRunning = true
        loop.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        loop.turn {
            handleWaiting()
            guard isRunning, lingersUntil == nil, let parserError = error as? HTTPParserError else {
                return closeChannel()
            }
            broken(as: parserError == .headerOverflow ? .headersTooLarge : .malformed)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is GracefulStop:
            isStopping = true
            if exchange == nil { closeChannel() }
        case is HTTP1BytesWasted:
            loop.turn {
                handleWaiting()
                guard isRunning, !hearsFrames else { return }
                if lingersUntil != nil { closeChannel() } else { broken(as: .malformed) }
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func broken(as refusal: ServerRefusal) {
        if let exchange, exchange.isResponded || exchange.isRequestComplete {
            // An earlier request is still being answered: it ends, and the connection with it.
            exchange.keepsAlive = false
            waiting.removeAll()
            return
        }
        exchange?.close()
        let refused = HTTP1ServerExchange(
            connection: self, now: .now(), keepsAlive: false, isHTTP1_0: false, expectsContinue: false)
        exchange = refused
        refused.isRequestComplete = true
        refused.refuse(refusal)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes behind the last answer counts as wasted until the budget has enough of it.
        guard lingersUntil == nil else { return }
        let part = unwrapInboundIn(data)
        switch part {
        case .head, .end: budget?.messageAdvanced()
        case .body(let chunk): budget?.bodyAdvanced(chunk.readableBytes)
        }
        waiting.append(part)
    }

    /// Takes what one read of the socket gave in one turn.
    func channelReadComplete(context: ChannelHandlerContext) {
        if !waiting.isEmpty {
            activeAt = .now()
            takeTurn()
        }
        context.fireChannelReadComplete()
    }

    private func takeTurn() {
        loop.turn {
            startsLeft = Self.startsInTurn
            handleWaiting()
        }
    }

    func read(context: ChannelHandlerContext) {
        if isReadWanted { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { loop.turn { queueFlush() } }
        context.fireChannelWritabilityChanged()
    }

    func tick(at now: NIODeadline) {
        let settings = core.settings
        if hasSent {
            hasSent = false
            wroteAt = now
        }
        if let lingersUntil {
            if now > lingersUntil { closeChannel() }
            return
        }
        if !isWritable {
            if now - wroteAt > .milliseconds(Int64(settings.writeStallMilliseconds)) { endStalled(at: now) }
            return
        }
        stalledAt = nil
        let headTime = TimeAmount.milliseconds(Int64(settings.headerReadMilliseconds))
        if let exchange {
            exchange.checkTime(at: now)
            // The rest of a body that nobody wants gets no more time than a head.
            if exchange.isResponseComplete, now - wroteAt > headTime {
                finishExchange()
                linger()
            }
        } else if let beganAt = budget?.headBeganAt ?? (isFirstHeadThere ? nil : activeAt) {
            if now - beganAt > headTime { closeChannel() }
        } else if now - activeAt > .milliseconds(Int64(settings.idleMilliseconds)) {
            closeChannel()
        }
    }

    func flushOutput() {
        // What stands before a stream leaves first.
        if socket != nil { flushChannel() }
        exchange?.pump()
        flushChannel()
    }

    private func flushChannel() {
        guard isDirty, let context else { return }
        isDirty = false
        wroteAt = .now()
        context.flush()
    }

    // MARK: For the exchange

    var isWritable: Bool { socket == nil ? context?.channel.isWritable ?? false : channelWrites == 0 }

    func channelBuffer() -> ByteBuffer {
        context?.channel.allocator.buffer(capacity: 512) ?? ByteBuffer()
    }

    func queueFlush() {
        loop.queueFlush(self)
    }

    func write(_ buffer: ByteBuffer) {
        guard let context, isRunning else { return }
        isDirty = true
        context.write(wrapOutboundOut(buffer), promise: socket == nil ? nil : watchedWrite(context))
        queueFlush()
    }

    private func watchedWrite(_ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        channelWrites += 1
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { [self] _ in
            channelWrites -= 1
            if channelWrites == 0 { queueFlush() }
        }
        return promise
    }

    func closeChannel() {
        context?.close(promise: nil)
    }

    func bodyConsumed() {
        resumeReading()
    }

    /// The exchange's request or response got to its end: perhaps the next one can begin.
    func exchangeAdvanced() {
        guard let exchange, exchange.isResponseComplete else { return }
        if !exchange.keepsAlive || isStopping {
            finishExchange()
            return linger()
        }
        guard exchange.isRequestComplete else { return resumeReading() }
        finishExchange()
        handleWaiting()
    }

    // MARK: Requests

    private var isReadWanted: Bool {
        // Nobody hears what a WebSocket says behind its close, and its end is noticed without reading.
        if lingersUntil != nil { return !hearsFrames }
        if hearsFrames { return true }
        if exchange?.isRequestComplete == true || !waiting.isEmpty { return false }
        return exchange?.inbox.map { $0.bufferedBytes < Self.readAheadBytes } ?? true
    }

    private func handleWaiting() {
        guard !isHandlingPart else { return }
        isHandlingPart = true
        while isRunning, lingersUntil == nil, exchange?.isRequestComplete != true, let part = waiting.first {
            if case .head = part {
                guard startsLeft > 0 else { break }
                startsLeft -= 1
                if startsLeft == 0 { loop.eventLoop.assumeIsolated().execute { [self] in takeTurn() } }
            }
            waiting.removeFirst()
            handle(part)
        }
        isHandlingPart = false
        resumeReading()
    }

    private func handle(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            isFirstHeadThere = true
            begin(head)
        case .body(let chunk):
            guard let exchange else { return }
            if exchange.isResponseComplete {
                skippedBytes += chunk.readableBytes
                if skippedBytes > Self.skipBytesMax {
                    finishExchange()
                    linger()
                }
            } else {
                exchange.bodyReceived(chunk)
            }
        case .end:
            guard let exchange else { return }
            exchange.isRequestComplete = true
            exchange.inbox?.finished()
            exchangeAdvanced()
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        skippedBytes = 0
        let isHTTP1_0 = head.version == .http1_0
        let isUpgrade = head.method == .CONNECT || head.headers.contains(name: "upgrade")
        let new = HTTP1ServerExchange(
            connection: self, now: activeAt, keepsAlive: head.isKeepAlive && !isUpgrade, isHTTP1_0: isHTTP1_0,
            expectsContinue: !isHTTP1_0 && head.headers.first(name: "expect")?.lowercased() == "100-continue")
        exchange = new
        guard let request = HTTP1RequestHead.convert(head, isSecure: peer.isSecure) else {
            new.keepsAlive = false
            return new.refuse(.malformed)
        }
        guard core.hasRoom else {
            new.keepsAlive = false
            return new.refuse(.overloaded)
        }
        new.isHeadRequest = request.method == .head
        if isUpgrade { new.webSocketAccept = WebSocketHandshake.accept(request.headerFields) }
        let length = request.headerFields[.contentLength].flatMap(Int.init) ?? 0
        guard length <= core.settings.bodyBytesMax else {
            new.keepsAlive = false
            return new.refuse(.bodyTooLarge)
        }
        if length > 0 || head.headers.contains(name: "transfer-encoding") {
            new.inbox = BodyInbox(loop: loop, owner: new)
        }
        let arrived = ServerRequest(
            origin: RequestOrigin(request, body: RequestBody(inbox: new.inbox), peer: sender(isHTTP1_0: isHTTP1_0)))
        let route = core.routes.route(of: arrived)
        if let ready = route.endpoint.doorstep?(ArrivingRequest(arrived)) { return new.answer(ready) }
        new.start(arrived, by: route, counting: handlers)
    }

    private func sender(isHTTP1_0: Bool) -> RequestPeer {
        guard isHTTP1_0 != (peer.protocolVersion == .http1_0) else { return peer }
        return RequestPeer(
            remoteAddress: peer.remoteAddress, protocolVersion: .http1_0, isSecure: peer.isSecure,
            eventLoop: loop.eventLoop, loop: loop)
    }

    /// The client takes nothing: what produces the body says its last words, which are sent for those who read on.
    private func endStalled(at now: NIODeadline) {
        guard let stalledAt else {
            stalledAt = now
            exchange?.stall()
            return
        }
        guard now - stalledAt > Self.lastWordsTime else { return }
        exchange?.pump(evenIfNotWritable: true)
        finishExchange()
        linger()
    }

    private func finishExchange() {
        exchange?.close()
        exchange = nil
        activeAt = .now()
    }

    /// Closes the connection's sending half and reads on for a moment, so that the last answer is not lost to a
    /// reset (RFC 9112, 9.6).
    private func linger() {
        guard lingersUntil == nil, let context else { return }
        let stallTime = TimeAmount.milliseconds(Int64(core.settings.writeStallMilliseconds))
        // Who took nothing may take what there is as long again, its last words behind it.
        lingersUntil = .now() + (stalledAt == nil ? Self.lingerTime : max(Self.lingerTime, stallTime))
        waiting.removeAll()
        isDirty = false
        context.flush()
        context.close(mode: .output, promise: nil)
        resumeReading()
    }

    func resumeReading() {
        guard isReadHeld, isReadWanted, let context else { return }
        isReadHeld = false
        context.read()
    }

    private func end() {
        guard isRunning else { return }
        isRunning = false
        loop.turn {
            waiting.removeAll()
            finishExchange()
            loop.remove(self)
        }
    }
}
