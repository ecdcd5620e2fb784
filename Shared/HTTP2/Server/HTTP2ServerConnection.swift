import CNghttp2
import NIOCore

/// The server's side of an HTTP/2 connection.
final class HTTP2ServerConnection: HTTP2Connection {
    /// How far a graceful stop has come.
    private enum Stop {
        case none
        /// The peer was told that a GOAWAY follows; what it sent before it heard is still taken.
        case announced(at: NIODeadline, isHeard: Bool)
        case goneAway(at: NIODeadline)
    }

    /// What a peer gets to send the streams in that it had begun when it heard that a GOAWAY follows.
    private static let noticeTime = TimeAmount.milliseconds(500)
    /// What a peer gets to hear it in.
    private static let hearingTime = TimeAmount.seconds(2)
    /// What a peer without open streams gets to close in after it was told to go.
    private static let farewellTime = TimeAmount.seconds(2)

    let core: ServerCore
    private let peer: RequestPeer

    private var streams: [HTTP2ServerStream] = []
    private var ready: [HTTP2ServerStream] = []
    private var starting: [HTTP2ServerStream] = []
    /// Handlers that run, those of streams that are closed among them.
    private let handlers = HandlerCount()
    /// Streams whose request is not there to its end.
    private var incompleteRequests = 0
    private var head: RequestHead
    private var isHeadOfRequest = false
    private var fieldCache = FieldCache()
    private var walker = FrameWalker(prefaceBytes: 24)
    private var stop = Stop.none
    private var resets: TokenBucket
    private var controlFrames: TokenBucket
    private var creditFrames: TokenBucket
    /// Bytes of DATA that belong to no open stream, which libnghttp2 drops without a word.
    private var strayBytes: TokenBucket
    private var strayBytesSeen: Int64 = 0
    private var dataBytesTaken: Int64 = 0
    /// Streams that were refused because the listener is full, which is no fault of the peer's, and not yet told so.
    private var refusalsForRoom = 0
    private var idleSince: NIODeadline
    private var pingedAt: NIODeadline?
    /// Whether the peer has ever asked for something.
    private var hasAsked = false
    /// Since when a frame or a head stands half read.
    private var incompleteSince: NIODeadline?

    init(core: ServerCore, loop: ConnectionLoop, remoteAddress: SocketAddress?) {
        self.core = core
        peer = RequestPeer(
            remoteAddress: remoteAddress, protocolVersion: .http2, isSecure: core.tls != nil,
            eventLoop: loop.eventLoop, loop: loop)
        head = RequestHead(core.settings)
        let now = NIODeadline.now()
        let settings = core.settings
        resets = TokenBucket(burst: settings.resetsBurst, perSecond: settings.resetsPerSecond, at: now)
        controlFrames = TokenBucket(
            burst: settings.controlFramesBurst, perSecond: settings.controlFramesPerSecond, at: now)
        creditFrames = TokenBucket(
            burst: settings.controlFramesBurst, perSecond: settings.controlFramesPerSecond, at: now)
        strayBytes = TokenBucket(
            burst: 2 * settings.connectionWindowBytes, perSecond: settings.connectionWindowBytes, at: now)
        idleSince = now
        super.init(loop: loop)
    }

    override func makeSession(_ callbacks: OpaquePointer?, _ user: UnsafeMutableRawPointer) -> OpaquePointer? {
        let settings = core.settings
        var session: OpaquePointer?
        SessionOptions.with { option in
            nghttp2_option_set_stream_reset_rate_limit(
                option, UInt64(settings.resetsBurst), UInt64(settings.resetsPerSecond))
            _ = nghttp2_session_server_new3(&session, callbacks, user, option, nil)
        }
        guard let session else { return nil }
        var entries = [
            SessionOptions.entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.streamsMax),
            SessionOptions.entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindowBytes),
            SessionOptions.entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.headerBytesMax),
            SessionOptions.entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
        ]
        nghttp2_submit_settings(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), &entries, entries.count)
        nghttp2_session_set_local_window_size(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(settings.connectionWindowBytes))
        return session
    }

    // MARK: From libnghttp2

    override func headersBegan(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 {
        isHeadOfRequest = frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
        head = RequestHead(core.settings)
        return 0
    }

    override func headerReceived(
        _ frame: UnsafePointer<nghttp2_frame>, _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool
    ) -> Int32 {
        if isHeadOfRequest {
            head.received(name, value, isIndexed: isIndexed, &fieldCache, &loop.fieldNames)
        } else {
            // A trailer's fields are counted and not read.
            head.counted(name, value)
        }
        // libnghttp2 resets the stream then, and unpacks the rest without looking at it.
        return head.isBomb ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue : 0
    }

    override func frameReceived(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        switch header.type {
        case FrameType.headers:
            let isLast = header.flags & FrameFlag.endStream != 0
            if frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST {
                begin(header.stream_id, isRequestComplete: isLast)
            } else if isLast {
                complete(header.stream_id)
            }
        case FrameType.data:
            if header.flags & FrameFlag.endStream != 0 { complete(header.stream_id) }
        case FrameType.ping:
            if header.flags & FrameFlag.acknowledgement != 0 { pingAnswered() }
        default:
            break
        }
    }

    override func dataReceived(_ streamID: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        dataBytesTaken += Int64(bytes.count)
        consumeConnection(bytes.count)
        guard let stream = stream(streamID) else { return consume(bytes.count, streamID: streamID) }
        stream.bodyReceived(ByteBuffer(bytes: bytes))
    }

    override func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        switch header.type {
        case FrameType.data, FrameType.headers:
            // Each frame of ours may be answered by credit for its stream and for the connection.
            creditFrames.earn(2)
            guard header.flags & FrameFlag.endStream != 0, incompleteRequests > 0 else { return }
            // The answer is out and the request is not: the rest of it is not wanted (RFC 9113, 8.1).
            if let stream = stream(header.stream_id), !stream.isRequestComplete {
                resetStream(stream.id, StreamErrorCode.noError)
            }
        case FrameType.resetStream:
            let code = frame.pointee.rst_stream.error_code
            guard code != StreamErrorCode.noError, code != StreamErrorCode.cancel else { return }
            if code == StreamErrorCode.refusedStream, refusalsForRoom > 0 {
                refusalsForRoom -= 1
                return
            }
            if !resets.take(at: readAt) { calmDown() }
        default:
            break
        }
    }

    override func streamClosed(_ streamID: Int32, _ code: UInt32) {
        guard let stream = stream(streamID) else { return }
        remove(stream)
        if !stream.isRequestComplete { incompleteRequests -= 1 }
        stream.close()
        if streams.isEmpty { idleSince = readAt }
    }

    // MARK: From the channel

    override func willReceive(_ bytes: UnsafeRawBufferPointer) {
        let count = walker.countFrames(bytes)
        for _ in 0..<count.control where !controlFrames.take(at: readAt) { return calmDown() }
        for _ in 0..<count.credit where !creditFrames.take(at: readAt) { return calmDown() }
    }

    override func received() {
        pingedAt = nil
        incompleteSince = walker.isIncomplete ? incompleteSince ?? readAt : nil
        let stray = walker.dataBytes - dataBytesTaken
        if stray > strayBytesSeen {
            if !strayBytes.take(stray - strayBytesSeen, at: readAt) { calmDown() }
            strayBytesSeen = stray
        }
        guard !ready.isEmpty else { return }
        swap(&ready, &starting)
        for stream in starting { start(stream) }
        starting.removeAll(keepingCapacity: true)
    }

    override func ended() {
        let open = streams
        streams.removeAll()
        ready.removeAll()
        for stream in open { stream.close() }
    }

    override func tick(at now: NIODeadline) {
        for stream in streams {
            stream.checkTime(at: now)
            stream.checkStall()
        }
        if case .announced(let at, let isHeard) = stop, now - at > (isHeard ? Self.noticeTime : Self.hearingTime) {
            goAway()
        }
        if case .goneAway(let at) = stop, streams.isEmpty, now - at > Self.farewellTime { return closeChannel() }
        let settings = core.settings
        if let waitingSince = hasAsked ? incompleteSince : idleSince,
            now - waitingSince > .milliseconds(Int64(settings.headerReadMilliseconds))
        {
            return closeChannel()
        }
        if let context, !context.channel.isWritable {
            if now - wroteAt > .milliseconds(Int64(settings.writeStallMilliseconds)) { closeChannel() }
            return
        }
        let idle = TimeAmount.milliseconds(Int64(settings.idleMilliseconds))
        if streams.isEmpty {
            // A stream may be on its way all the same.
            if now - idleSince > idle { stopGracefully() }
        } else if let pingedAt {
            if now - pingedAt > idle { closeChannel() }
        } else if now - readAt > idle, let session {
            // Streams that are quiet for long may stand on a peer that is gone.
            pingedAt = now
            nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
            queueFlush()
        }
    }

    // MARK: Stopping

    override func stopGracefully() {
        guard case .none = stop, let session else { return }
        stop = .announced(at: .now(), isHeard: false)
        nghttp2_submit_shutdown_notice(session)
        nghttp2_submit_ping(session, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
        queueFlush()
    }

    private func pingAnswered() {
        if case .announced(let at, _) = stop { stop = .announced(at: at, isHeard: true) }
    }

    /// Takes no more streams; libnghttp2 wants nothing more once the open ones are done, and the channel closes.
    private func goAway() {
        guard let session else { return }
        if case .goneAway = stop { return }
        stop = .goneAway(at: .now())
        let last = nghttp2_session_get_last_proc_stream_id(session)
        nghttp2_submit_goaway(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, StreamErrorCode.noError, nil, 0)
        queueFlush()
    }

    // MARK: Helpers

    private func begin(_ id: Int32, isRequestComplete: Bool) {
        guard let session else { return }
        hasAsked = true
        guard core.hasRoom else {
            refusalsForRoom += 1
            return resetStream(id, StreamErrorCode.refusedStream)
        }
        let stream = HTTP2ServerStream(id: id, connection: self, isRequestComplete: isRequestComplete)
        stream.index = streams.count
        streams.append(stream)
        if !isRequestComplete { incompleteRequests += 1 }
        nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
        // Moved out and not copied: each of its strings would be counted up and down.
        var whole = RequestHead(core.settings)
        swap(&whole, &head)
        stream.headCompleted(whole, from: peer)
        if stream.request != nil { ready.append(stream) }
    }

    private func complete(_ id: Int32) {
        guard let stream = stream(id), !stream.isRequestComplete else { return }
        incompleteRequests -= 1
        stream.requestCompleted()
    }

    private func start(_ stream: HTTP2ServerStream) {
        guard !stream.isClosed, let request = stream.request else { return }
        stream.request = nil
        // Streams that are reset make room for others at once, their handlers only when they notice.
        guard handlers.value < 2 * core.settings.streamsMax else {
            return resetStream(stream.id, StreamErrorCode.refusedStream)
        }
        stream.start(request, counting: handlers)
    }

    private func calmDown() {
        guard let session else { return }
        nghttp2_session_terminate_session(session, StreamErrorCode.enhanceYourCalm)
        queueFlush()
    }

    private func stream(_ id: Int32) -> HTTP2ServerStream? {
        guard let session, let pointer = nghttp2_session_get_stream_user_data(session, id) else { return nil }
        return Unmanaged<HTTP2ServerStream>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func remove(_ stream: HTTP2ServerStream) {
        let last = streams.count - 1
        guard stream.index <= last, streams[stream.index] === stream else { return }
        streams[stream.index] = streams[last]
        streams[stream.index].index = stream.index
        streams.removeLast()
    }
}
