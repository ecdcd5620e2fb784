import CNghttp2
import HTTPTypes
import NIOCore

/// One request and its response on an HTTP/2 connection.
final class HTTP2ServerStream: ServerExchange, @unchecked Sendable {
    let id: Int32

    /// The stream's place in its connection's list.
    var index = 0

    private unowned let connection: HTTP2ServerConnection
    private var method = ""
    private var path: String?
    private var scheme: String?
    private var authority: String?
    private var fields = HTTPFields()
    private var headerBytes = 0
    private var headerFields = 0
    private var isHeaderTooLarge = false
    private var bytes = ByteBuffer()
    private(set) var isHeadComplete = false
    private(set) var isRequestComplete = false
    private var expectsContinue = false

    init(id: Int32, connection: HTTP2ServerConnection) {
        self.id = id
        self.connection = connection
        super.init(core: connection.core, loop: connection.loop, now: connection.readAt)
    }

    // MARK: The request

    func headerReceived(_ name: OpaquePointer, _ value: OpaquePointer, _ cache: inout FieldCache) {
        // A trailer's fields are not read.
        guard !isHeadComplete else { return }
        let nameBytes = FieldCache.bytes(name)
        headerBytes += nameBytes.count + FieldCache.bytes(value).count + 32
        headerFields += 1
        guard headerBytes <= core.settings.headerBytesMax, headerFields <= core.settings.headerFieldsMax else {
            isHeaderTooLarge = true
            return
        }
        guard nameBytes.first == UInt8(ascii: ":") else {
            if let field = cache.field(name, value) { fields.append(field) }
            return
        }
        switch nameBytes[1] {
        case UInt8(ascii: "m"): method = cache.text(name, value)
        // Paths differ from request to request and would push the rest out of the cache.
        case UInt8(ascii: "p") where nameBytes.count == 5:
            path = String(decoding: FieldCache.bytes(value), as: UTF8.self)
        case UInt8(ascii: "s"): scheme = cache.text(name, value)
        case UInt8(ascii: "a"): authority = cache.text(name, value)
        default: break
        }
    }

    /// The head is there: what to run, or nil if the request was refused.
    func headCompleted(isRequestComplete: Bool) -> ServerRequest? {
        isHeadComplete = true
        self.isRequestComplete = isRequestComplete
        guard !isHeaderTooLarge else {
            refuse(.headersTooLarge)
            return nil
        }
        guard let method = Self.method(method) else {
            refuse(.malformed)
            return nil
        }
        isHeadRequest = method == .head
        if !isRequestComplete {
            if let length = fields[.contentLength].flatMap(Int.init), length > core.settings.bodyBytesMax {
                refuse(.bodyTooLarge)
                return nil
            }
            inbox = BodyInbox(loop: loop, owner: self)
            expectsContinue = fields[.expect]?.lowercased() == "100-continue"
        }
        return ServerRequest(
            origin: RequestOrigin(
                method: method, scheme: scheme, authority: authority ?? fields[Self.host], path: path,
                headerFields: fields, body: RequestBody(inbox: inbox), remoteAddress: connection.remoteAddress,
                protocolVersion: .http2, eventLoop: loop.eventLoop))
    }

    func requestCompleted() {
        isRequestComplete = true
        inbox?.finished()
    }

    // MARK: The response

    override func send(head: HTTPResponse, body: ResponseBody) {
        guard let session = connection.session else { return }
        let scratch = loop.fields
        scratch.begin()
        let status = head.status.code
        scratch.appendStatus(status)
        let isLengthKnown = head.headerFields.contains(.contentLength)
        for field in head.headerFields where !Self.isConnectionField(field.name) { scratch.append(field) }
        var hasBody = false
        switch body {
        case .empty:
            if !isHeadRequest, status != 204, status != 304, !isLengthKnown {
                scratch.append("content-length", "0")
            }
        case .bytes(let buffer):
            if !isLengthKnown {
                scratch.append("content-length", String(buffer.readableBytes))
            }
            bytes = buffer
            hasBody = !isHeadRequest && buffer.readableBytes > 0
        case .stream, .source:
            hasBody = true
        }
        if !head.headerFields.contains(.date) { scratch.append("date", loop.date()) }
        let result = scratch.withFields { vectors, count in
            guard hasBody else { return nghttp2_submit_response(session, id, vectors, count, nil) }
            var provider = nghttp2_data_provider()
            provider.source.ptr = Unmanaged.passUnretained(self).toOpaque()
            provider.read_callback = { _, _, target, count, flags, source, _ in
                guard let target, let flags, let pointer = source?.pointee.ptr else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                let stream = Unmanaged<HTTP2ServerStream>.fromOpaque(pointer).takeUnretainedValue()
                return stream.fill(UnsafeMutableRawBufferPointer(start: target, count: count), flags)
            }
            return nghttp2_submit_response(session, id, vectors, count, &provider)
        }
        if result != 0 { abort() }
        connection.queueFlush()
    }

    override func abort() {
        connection.resetStream(id, StreamErrorCode.internalError)
    }

    override func outputReady() {
        guard let session = connection.session else { return }
        nghttp2_session_resume_data(session, id)
        connection.queueFlush()
    }

    override func bodyReadBegan() {
        guard expectsContinue, !isResponded, let session = connection.session else { return }
        expectsContinue = false
        loop.fields.begin()
        loop.fields.appendStatus(100)
        _ = loop.fields.withFields { vectors, count in
            nghttp2_submit_headers(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, nil, vectors, count, nil)
        }
        connection.queueFlush()
    }

    override func bodyConsumed(_ bytes: Int) {
        connection.consume(bytes, streamID: id)
    }

    /// Gives libnghttp2 the next bytes of the body.
    private func fill(_ target: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>) -> Int {
        guard let outbox else {
            let count = min(target.count, bytes.readableBytes)
            bytes.readWithUnsafeReadableBytes { source in
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
                return count
            }
            if bytes.readableBytes == 0 { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
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
                return filled > 0 ? filled : Int(NGHTTP2_ERR_DEFERRED.rawValue)
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

    /// Fields that speak of one hop and that HTTP/2 forbids (RFC 9113, 8.2.2).
    private static func isConnectionField(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName.utf8.first {
        case UInt8(ascii: "c"): name == .connection
        case UInt8(ascii: "t"): name == .transferEncoding
        case UInt8(ascii: "u"): name == .upgrade
        case UInt8(ascii: "k"): name == keepAlive
        default: false
        }
    }

    private static func method(_ text: String) -> HTTPRequest.Method? {
        switch text {
        case "GET": .get
        case "POST": .post
        default: HTTPRequest.Method(rawValue: text)
        }
    }

    private static let host = HTTPField.Name("Host")!
    private static let keepAlive = HTTPField.Name("Keep-Alive")!
}
