import HTTPTypes
import Logging
import NIOCore

/// One request and its response. HTTP/1.1 and HTTP/2 differ in how they send; what runs the handler is here.
// Unchecked: its connection makes it and calls it on the loop's thread. The handler's task starts there, with the loop's
// executor as its preference, and so comes back to that thread after each wait; `answered` makes sure of it.
class ServerExchange: BodyInboxOwner, BodyOutboxOwner, LoopStart, @unchecked Sendable {
    /// What the handler is to be started with.
    private struct Start {
        let request: ServerRequest
        let handler: RequestHandler
        let handlers: HandlerCount
    }

    final let core: ServerCore
    final let loop: ConnectionLoop

    /// Nil while there is no body or no head yet.
    final var inbox: BodyInbox?
    final var outbox: BodyOutbox?
    final var isHeadRequest = false

    /// When the request must be answered.
    final var answerBy: NIODeadline

    final private(set) var isResponded = false
    final private(set) var isClosed = false
    private var bodyBytesReceived = 0
    private var task: Task<Void, Never>?
    /// Nil once the handler was started.
    private var waiting: Start?
    /// Where the handler is counted while it runs.
    private var handlers: HandlerCount?

    init(core: ServerCore, loop: ConnectionLoop, now: NIODeadline) {
        self.core = core
        self.loop = loop
        answerBy = now + .milliseconds(Int64(core.settings.requestMilliseconds))
        core.requestOpened()
    }

    /// Whether the handler's task still runs.
    private var isHandled: Bool { handlers != nil }

    // MARK: What the connection tells

    /// Has the handler of a route started: now, or when the loop has listened to those who speak at the same time.
    /// `handlers` counts it while it runs.
    final func start(_ request: ServerRequest, by route: Route, counting handlers: HandlerCount) {
        var request = request
        isHeadRequest = request.method == .head
        let handler = core.routes.handler(of: route, for: &request)
        waiting = Start(request: request, handler: handler, handlers: handlers)
        loop.start(self)
    }

    /// Starts the handler. It runs at once, up to its first wait.
    final func begin() {
        guard let start = waiting else { return }
        waiting = nil
        // It may have been given up, or refused, while it waited.
        guard !isClosed, !isResponded, mayBegin(beside: start.handlers.value) else { return }
        start.handlers.value += 1
        handlers = start.handlers
        let (handler, request) = (start.handler, start.request)
        let task = Task.immediateDetached(executorPreference: loop.executor) { [self, request] in
            let response = await handler(request)
            if let write = answered(response) { await run(write) }
            ended()
        }
        if handlers != nil { self.task = task }
    }

    /// Answers at the doorstep: no handler is started.
    final func answer(_ ready: ReadyResponse) {
        if !isClosed, !isResponded { send(ready.response) }
    }

    final func bodyReceived(_ chunk: ByteBuffer) {
        guard let inbox, !inbox.isEnded else { return bodyConsumed(chunk.readableBytes) }
        bodyBytesReceived += chunk.readableBytes
        guard bodyBytesReceived <= core.settings.bodyBytesMax else {
            bodyConsumed(chunk.readableBytes)
            return inbox.failed(BodyReadFailure.tooLarge(bytesMax: core.settings.bodyBytesMax))
        }
        if isResponded, !isHandled { return bodyConsumed(chunk.readableBytes) }
        inbox.received(chunk)
    }

    /// Answers without a handler, or in place of one that did not answer.
    final func refuse(_ refusal: ServerRefusal) {
        guard !isClosed, !isResponded else { return }
        let response = core.refusal(refusal)
        task?.cancel()
        switch response.body {
        case .empty, .bytes: send(response)
        case .stream, .source: send(ServerResponse(status: refusal.status))
        }
    }

    /// Refuses the request if it is not answered by now.
    final func checkTime(at now: NIODeadline) {
        guard !isResponded, now >= answerBy else { return }
        let isBodyMissing = inbox.map { !$0.isEnded } ?? false
        inbox?.failed(BodyReadFailure.timedOut)
        refuse(isBodyMissing ? .requestTooSlow : .handlerTooSlow)
    }

    /// The exchange is over: sent whole, or the client went away. Cancels a handler that still runs.
    final func close() {
        guard !isClosed else { return }
        isClosed = true
        core.requestClosed()
        if !isResponded { core.requestAnswered() }
        inbox?.failed(BodyReadFailure.disconnected)
        inbox?.ownerEnded()
        outbox?.close()
        waiting = nil
        task?.cancel()
        task = nil
        detach()
    }

    // MARK: What a protocol does

    /// Sends the head and, unless `outbox` was made for it, `body` in place of the response's own.
    func send(_ response: ServerResponse, body: ResponseBody) { preconditionFailure("a protocol sends") }

    /// Whether a handler may be started while so many of the connection run; where not, the request is refused here.
    func mayBegin(beside handlers: Int) -> Bool { true }

    /// Whether the request asks for a WebSocket.
    var acceptsWebSocket: Bool { false }

    /// Ends the exchange so that the client sees that it is cut short.
    func abort() { preconditionFailure("a protocol aborts") }

    /// Lets the connection go; called once, at the end.
    func detach() {}

    func bodyReadBegan() {}
    func bodyConsumed(_ bytes: Int) {}
    func outputReady() {}

    // MARK: The handler's task

    /// Sends the handler's response; gives the closure that writes its body, if one is to run.
    private func answered(_ response: ServerResponse) -> (@Sendable (ResponseBodyWriter) async throws -> Void)? {
        loop.eventLoop.preconditionInEventLoop()
        if !isClosed, !isResponded {
            send(response)
            if case .stream(let write) = response.body, outbox != nil { return write }
        } else if case .source(let make) = response.body {
            discardSource(make)
        }
        return nil
    }

    private func ended() {
        handlers?.value -= 1
        handlers = nil
        task = nil
        inbox?.discard()
    }

    private nonisolated(nonsending) func run(
        _ write: @Sendable (ResponseBodyWriter) async throws -> Void
    ) async {
        guard let outbox else { return }
        do {
            try await write(ResponseBodyWriter(outbox: outbox))
            outbox.finish()
        } catch {
            if !isClosed, !(error is ResponseWriteFailure), !(error is CancellationError) {
                core.logger.warning("a response was cut short", metadata: ["error": "\(error)"])
            }
            outbox.breakOff()
        }
    }

    private func send(_ response: ServerResponse) {
        isResponded = true
        core.requestAnswered()
        guard response.status != .switchingProtocols || acceptsWebSocket else {
            core.logger.error("a handler accepted a WebSocket that nobody asked for")
            return send(ServerResponse(status: .internalServerError), body: .empty)
        }
        var body = response.body
        let status = response.status.code
        if isHeadRequest || status == 204 || status == 304 {
            switch body {
            case .source(let make): discardSource(make)
            case .stream, .bytes, .empty: break
            }
            if case .bytes = body, isHeadRequest {} else { body = .empty }
        }
        switch body {
        case .stream, .source:
            outbox = BodyOutbox(loop: loop, owner: self, bufferBytesMax: core.settings.writeBufferBytes)
        case .empty, .bytes: break
        }
        send(response, body: body)
        if case .source(let make) = body, let outbox {
            outbox.start(make(ResponseWaker(loop: loop, outbox: outbox)))
        }
    }

    /// A source that nobody will ask is made and closed all the same: what it stands for may wait for its end.
    private func discardSource(_ make: (ResponseWaker) -> any ResponseSource) {
        let outbox = BodyOutbox(loop: loop, owner: self, bufferBytesMax: 1)
        outbox.close()
        make(ResponseWaker(loop: loop, outbox: outbox)).closed()
    }
}
