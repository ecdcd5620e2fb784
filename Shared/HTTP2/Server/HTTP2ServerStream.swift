import CNghttp2
import HTTPTypes
import NIOCore

/// One request and its response on an HTTP/2 connection.
// Unchecked as its base class is: what it adds is touched on the loop's thread alone as well.
final class HTTP2ServerStream: ServerExchange, @unchecked Sendable {
    let id: Int32

    /// The stream's place in its connection's list.
    var index = 0

    private(set) var isRequestComplete: Bool

    /// Nil once the stream is closed: a handler may outlive its connection.
    private var connection: HTTP2ServerConnection?
    private var bytes = ByteBuffer()
    private var expectsContinue = false

    /// Whether the body has bytes to send and more of them are wanted by nobody but the peer's credit.
    private var isSending = false
    /// Ticks since libnghttp2 last took bytes while there were some.
    private var ticksWithoutProgress = 0

    init(id: Int32, connection: HTTP2ServerConnection, isRequestComplete: Bool) {
        self.id = id
        self.connection = connection
        self.isRequestComplete = isRequestComplete
        super.init(core: connection.core, loop: connection.loop, now: connection.readAt)
    }

    // MARK: The request

    /// The head is there: makes the request of it, or refuses it.
    func request(
        of head: borrowing RequestHead, _ method: HTTPRequest.Method, _ cache: inout FieldCache, from peer: RequestPeer
    ) -> ServerRequest? {
        isHeadRequest = method == .head
        let fields = head.headerFields(&cache, &loop.fieldNames)
        if !isRequestComplete {
            if let length = fields.value(of: .contentLength).flatMap(Int.init), length > core.settings.bodyBytesMax {
                refuse(.bodyTooLarge)
                return nil
            }
            inbox = BodyInbox(loop: loop, owner: self)
            expectsContinue = fields.value(of: .expect)?.lowercased() == "100-continue"
        }
        return ServerRequest(
            origin: RequestOrigin(
                method: method, scheme: head.scheme(&cache),
                authority: head.authority(&cache) ?? fields.value(of: Self.host), path: head.target,
                headerFields: fields, body: RequestBody(inbox: inbox), peer: peer))
    }

    func requestCompleted() {
        isRequestComplete = true
        inbox?.finished()
    }

    // MARK: The response

    override func send(_ response: ServerResponse, body: ResponseBody) {
        guard let connection, let session = connection.session else { return }
        var hasBody = false
        switch body {
        case .empty: break
        case .bytes(let buffer):
            bytes = buffer
            hasBody = !isHeadRequest && buffer.readableBytes > 0
        case .stream, .source: hasBody = true
        }
        loop.fields.layOut(response, body, isHeadRequest: isHeadRequest, date: loop.date())
        isSending = hasBody
        let result = loop.fields.withFields { vectors, count in
            guard hasBody else { return nghttp2_submit_response(session, id, vectors, count, nil) }
            var provider = nghttp2_data_provider()
            provider.source.ptr = Unmanaged.passUnretained(self).toOpaque()
            provider.read_callback = { _, _, target, count, flags, source, _ in
                guard let target, let flags, let pointer = source?.pointee.ptr else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                return Unmanaged<HTTP2ServerStream>.fromOpaque(pointer)._withUnsafeGuaranteedRef {
                    $0.fill(UnsafeMutableRawBufferPointer(start: target, count: count), flags)
                }
            }
            return nghttp2_submit_response(session, id, vectors, count, &provider)
        }
        if result != 0 { abort() }
        connection.queueFlush()
    }

    override func abort() {
        connection?.resetStream(id, StreamErrorCode.internalError)
    }

    /// Streams that are reset make room for others at once, their handlers only when they notice.
    override func mayBegin(beside handlers: Int) -> Bool {
        guard handlers >= 2 * core.settings.streamsMax else { return true }
        connection?.resetStream(id, StreamErrorCode.refusedStream)
        return false
    }

    override func detach() {
        connection = nil
    }

    override func outputReady() {
        guard let connection, let session = connection.session else { return }
        isSending = true
        ticksWithoutProgress = 0
        nghttp2_session_resume_data(session, id)
        connection.queueFlush()
    }

    /// Ends the stream if the peer has given no credit for too long; called at each tick.
    func checkStall() {
        guard isSending else { return }
        ticksWithoutProgress += 1
        let milliseconds = Int64(ticksWithoutProgress) * ConnectionLoop.tickMilliseconds
        guard milliseconds > Int64(core.settings.writeStallMilliseconds) else { return }
        outbox?.stall()
        connection?.resetStream(id, StreamErrorCode.enhanceYourCalm)
    }

    override func bodyReadBegan() {
        guard expectsContinue, !isResponded, let connection, let session = connection.session else { return }
        expectsContinue = false
        loop.fields.begin()
        loop.fields.append(":status", 100)
        _ = loop.fields.withFields { vectors, count in
            nghttp2_submit_headers(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, nil, vectors, count, nil)
        }
        connection.queueFlush()
    }

    override func bodyConsumed(_ bytes: Int) {
        connection?.consume(bytes, streamID: id)
    }

    /// Gives libnghttp2 the next bytes of the body.
    private func fill(_ target: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
        ticksWithoutProgress = 0
        guard let outbox else {
            let (count, isLast) = Self.take(from: &bytes, into: target)
            if isLast { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            return count
        }
        var filled = 0
        while filled < target.count {
            switch outbox.next(upTo: target.count - filled) {
            case .bytes(let chunk):
                chunk.withUnsafeReadableBytes {
                    UnsafeMutableRawBufferPointer(rebasing: target[filled...]).copyMemory(from: $0)
                }
                filled += chunk.readableBytes
                continue
            case .wait:
                guard filled == 0 else { return filled }
                isSending = false
                return Int(NGHTTP2_ERR_DEFERRED.rawValue)
            case .end:
                flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
            case .broken:
                return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
            }
            break
        }
        if outbox.isAtEnd { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return filled
    }

    private static func take(
        from bytes: inout ByteBuffer, into target: UnsafeMutableRawBufferPointer
    ) -> (count: Int, isLast: Bool) {
        let count = min(target.count, bytes.readableBytes)
        bytes.withUnsafeReadableBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        bytes.moveReaderIndex(forwardBy: count)
        return (count, bytes.readableBytes == 0)
    }

    private static let host = HTTPField.Name("Host")!
}
