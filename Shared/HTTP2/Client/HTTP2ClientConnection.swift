import CNghttp2
import HTTPTypes
import NIOCore

/// The client's side of an HTTP/2 connection.
final class HTTP2ClientConnection: HTTP2Connection {
    private let settings: HTTPClientSettings
    private let endpoint: Endpoint
    /// What stands in `:authority` where a request names none.
    private let authority: String
    private let isSecure: Bool
    private weak var peer: ClientPeer?
    private var calls: [Int32: ClientCall] = [:]
    private var earliestDeadline = NIODeadline.distantFuture
    private var deadlineTimer: Scheduled<Void>?
    private var pingedAt: NIODeadline?
    private var fieldCache = FieldCache()
    private var isOver = false
    private let openedAt = NIODeadline.now()

    /// True once the peer's SETTINGS came: it speaks HTTP/2, and its limit of streams is known.
    private(set) var isGreeted = false

    /// True once the peer, or we, said that no new streams are taken.
    private(set) var isGoingAway = false

    init(loop: ConnectionLoop, settings: HTTPClientSettings, endpoint: Endpoint, isSecure: Bool, peer: ClientPeer) {
        self.settings = settings
        self.endpoint = endpoint
        authority = endpoint.description
        self.isSecure = isSecure
        self.peer = peer
        super.init(loop: loop)
    }

    override func makeSession(_ callbacks: OpaquePointer?, _ user: UnsafeMutableRawPointer) -> OpaquePointer? {
        var session: OpaquePointer?
        SessionOptions.with { option in
            nghttp2_option_set_peer_max_concurrent_streams(option, UInt32(settings.streamsMax))
            _ = nghttp2_session_client_new3(&session, callbacks, user, option, nil)
        }
        guard let session else { return nil }
        var entries = [
            SessionOptions.entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
            SessionOptions.entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindowBytes),
            SessionOptions.entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.headerBytesMax),
            SessionOptions.entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), &entries, entries.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(settings.connectionWindowBytes))
        return session
    }

    // MARK: For the peer

    /// Calls in progress.
    var callCount: Int { calls.count }

    /// Whether another call can be sent now.
    var hasRoom: Bool {
        guard let session, isGreeted, !isGoingAway else { return false }
        let allowed = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        return calls.count < min(settings.streamsMax, Int(allowed))
    }

    /// Sends `call`; false if this connection takes no more.
    func send(_ call: ClientCall) -> Bool {
        guard let session, hasRoom else { return false }
        layOut(call, in: &loop.fields)
        let user = Unmanaged.passUnretained(call).toOpaque()
        let id = loop.fields.withFields { vectors, count in
            guard call.unsent.readableBytes > 0 else {
                return nghttp2_submit_request(session, nil, vectors, count, nil, user)
            }
            var provider = nghttp2_data_provider()
            provider.source.ptr = user
            provider.read_callback = { _, _, target, count, flags, source, _ in
                guard let target, let flags, let pointer = source?.pointee.ptr else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                let call = Unmanaged<ClientCall>.fromOpaque(pointer).takeUnretainedValue()
                return HTTP2ClientConnection.fill(
                    UnsafeMutableRawBufferPointer(start: target, count: count), flags, from: call)
            }
            return nghttp2_submit_request(session, nil, vectors, count, &provider, user)
        }
        guard id > 0 else {
            // No stream ids are left: the next connection has them.
            isGoingAway = true
            return false
        }
        call.streamID = id
        call.connection = self
        calls[id] = call
        watch(call.deadline)
        queueFlush()
        return true
    }

    /// Takes a call back from the peer.
    func abandon(_ call: ClientCall) {
        guard calls[call.streamID] === call else { return }
        resetStream(call.streamID, StreamErrorCode.cancel)
    }

    /// Ends once the calls in progress are done.
    func goAway() {
        guard let session, !isGoingAway else { return }
        isGoingAway = true
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, StreamErrorCode.noError, nil, 0)
        queueFlush()
    }

    // MARK: From libnghttp2

    override func headerReceived(
        _ frame: UnsafePointer<nghttp2_frame>, _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool
    ) -> Int32 {
        calls[frame.pointee.hd.stream_id]?.headerReceived(
            name, value, isIndexed: isIndexed, &fieldCache, bytesMax: settings.headerBytesMax)
        return 0
    }

    override func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        switch header.type {
        case FrameType.headers:
            guard let call = calls[header.stream_id] else { return }
            let isLast = header.flags & FrameFlag.endStream != 0
            call.headCompleted()
            if isLast { call.responseCompleted() }
        case FrameType.data:
            if header.flags & FrameFlag.endStream != 0 { calls[header.stream_id]?.responseCompleted() }
        case FrameType.goAway:
            isGoingAway = true
            peer?.connectionChanged(self)
        case FrameType.settings:
            isGreeted = true
            peer?.connectionChanged(self)
        default:
            break
        }
    }

    override func dataReceived(_ streamID: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        consumeConnection(bytes.count)
        if calls[streamID]?.bodyReceived(bytes) ?? true { consume(bytes.count, streamID: streamID) }
    }

    override func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        guard frame.pointee.hd.type == FrameType.headers else { return }
        calls[frame.pointee.hd.stream_id]?.wasSent = true
    }

    override func frameNotSent(_ frame: UnsafePointer<nghttp2_frame>) {
        guard frame.pointee.hd.type == FrameType.headers, let call = calls[frame.pointee.hd.stream_id] else { return }
        forget(call, .notSent("the connection takes no more streams"))
    }

    override func streamClosed(_ streamID: Int32, _ code: UInt32) {
        guard let call = calls[streamID] else { return }
        let isRefused = code == StreamErrorCode.refusedStream
        if call.isWhole {
            forget(call, nil)
        } else if isRefused {
            forget(call, .notSent("\(endpoint) refused the stream"))
        } else {
            forget(call, .broken(wasSent: call.wasSent, "\(endpoint) closed the stream with code \(code)"))
        }
    }

    // MARK: From the channel

    override func received() {
        pingedAt = nil
        peer?.connectionChanged(self)
    }

    override func ended() {
        isOver = true
        isGoingAway = true
        deadlineTimer?.cancel()
        let open = calls.values
        calls.removeAll()
        for call in open { call.closed(.broken(wasSent: call.wasSent, "the connection to \(endpoint) was lost")) }
        peer?.connectionEnded(self)
    }

    override func tick(at now: NIODeadline) {
        if !isGreeted, now - openedAt > .milliseconds(Int64(settings.connectMilliseconds)) { return closeChannel() }
        if let pingedAt {
            if now - pingedAt > .milliseconds(Int64(settings.pingTimeoutMilliseconds)) { closeChannel() }
        } else if now - readAt > .milliseconds(Int64(settings.pingAfterMilliseconds)), let session {
            pingedAt = now
            nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
            queueFlush()
        }
    }

    // MARK: Deadlines

    /// One timer for the earliest deadline of all calls: it mostly stands already, since later calls end later.
    private func watch(_ deadline: NIODeadline) {
        guard deadline < earliestDeadline, !isOver else { return }
        earliestDeadline = deadline
        deadlineTimer?.cancel()
        deadlineTimer = loop.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            loop.turn { self.deadlineReached() }
        }
    }

    private func deadlineReached() {
        let now = NIODeadline.now()
        earliestDeadline = .distantFuture
        var next = NIODeadline.distantFuture
        for call in calls.values where !call.isEnded && call.hasDeadline {
            if call.deadline <= now {
                call.fail(.deadlineExceeded(wasSent: call.wasSent))
            } else {
                next = min(next, call.deadline)
            }
        }
        watch(next)
    }

    private func layOut(_ call: ClientCall, in scratch: inout FieldScratch) {
        let request = call.request
        var isLengthMissing = true
        scratch.begin()
        scratch.append(":method", request.method.rawValue)
        scratch.append(":scheme", isSecure ? "https" : "http")
        scratch.append(":authority", request.authority ?? authority)
        scratch.append(":path", request.path)
        for field in request.fields {
            if field.name == .contentLength { isLengthMissing = false }
            scratch.append(field)
        }
        let bodyBytes = call.unsent.readableBytes
        if bodyBytes > 0, isLengthMissing { scratch.append("content-length", bodyBytes) }
    }

    private func forget(_ call: ClientCall, _ failure: HTTPClientFailure?) {
        calls[call.streamID] = nil
        call.closed(failure)
        peer?.connectionChanged(self)
    }

    private static func fill(
        _ target: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>, from call: ClientCall
    ) -> Int {
        let count = min(target.count, call.unsent.readableBytes)
        call.unsent.readWithUnsafeReadableBytes { source in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            return count
        }
        if call.unsent.readableBytes == 0 { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
    }
}
