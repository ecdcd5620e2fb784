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

    func headerReceived(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        // A trailer's fields are not read.
        guard !isHeadComplete else { return }
        headerBytes += name.count + value.count + 32
        headerFields += 1
        guard headerBytes <= core.settings.headerBytesMax, headerFields <= core.settings.headerFieldsMax else {
            isHeaderTooLarge = true
            return
        }
        guard name.first == UInt8(ascii: ":") else {
            let name = HTTPField.Name(parsed: String(decoding: name, as: UTF8.self))
            if let name { fields.append(HTTPField(name: name, value: value)) }
            return
        }
        let text = String(decoding: value, as: UTF8.self)
        switch name.dropFirst().first {
        case UInt8(ascii: "m"): method = text
        case UInt8(ascii: "p") where name.count == 5: path = text
        case UInt8(ascii: "s"): scheme = text
        case UInt8(ascii: "a"): authority = text
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
        guard let method = HTTPRequest.Method(rawValue: method) else {
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
        let head = HTTPRequest(
            method: method, scheme: scheme, authority: authority ?? fields[Self.host], path: path,
            headerFields: fields)
        return ServerRequest(
            head: head, body: RequestBody(inbox: inbox), remoteAddress: connection.remoteAddress,
            protocolVersion: .http2, eventLoop: loop.eventLoop)
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
        scratch.appendStatus(head.status.code)
        for field in head.headerFields where !Self.isConnectionField(field.name) { scratch.append(field) }
        var hasBody = false
        switch body {
        case .empty:
            if !isHeadRequest, head.status.code != 204, head.status.code != 304,
                head.headerFields[.contentLength] == nil
            {
                scratch.append("content-length", "0")
            }
        case .bytes(let buffer):
            if head.headerFields[.contentLength] == nil {
                scratch.append("content-length", String(buffer.readableBytes))
            }
            bytes = buffer
            hasBody = !isHeadRequest && buffer.readableBytes > 0
        case .stream, .source:
            hasBody = true
        }
        if head.headerFields[.date] == nil { scratch.append("date", loop.date()) }
        let status = scratch.withFields { vectors, count in
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
        if status != 0 { abort() }
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
        name == .connection || name == .transferEncoding || name == .upgrade || name == keepAlive
    }

    private static let host = HTTPField.Name("Host")!
    private static let keepAlive = HTTPField.Name("Keep-Alive")!
}
