import CNghttp2
import HTTPTypes
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
    /// Those that are to begin behind this read, each with its request and who answers it.
    private var begun: [(stream: HTTP2ServerStream, request: ServerRequest, route: Route)] = []
    /// Streams that were answered at the doorstep.
    private var answers = ReadyAnswers()
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
        head.began(keepingFieldsIn: &loop.rawFields)
        return 0
    }

    override func headerReceived(
        _ frame: UnsafePointer<nghttp2_frame>, _ name: OpaquePointer, _ value: OpaquePointer, isIndexed: Bool
    ) -> Int32 {
        if isHeadOfRequest {
            head.received(name, value, isIndexed: isIndexed)
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
            head.ended(givingBackTo: &loop.rawFields)
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
        // Who was answered at the doorstep gets no credit for more of a body that nobody wants.
        stream(streamID)?.bodyReceived(ByteBuffer(bytes: bytes))
    }

    override func frameSent(_ frame: UnsafePointer<nghttp2_frame>) {
        let header = frame.pointee.hd
        switch header.type {
        case FrameType.data, FrameType.headers:
            // Each frame of ours may be answered by credit for its stream and for the connection.
            creditFrames.earn(2)
            guard header.flags & FrameFlag.endStream != 0, incompleteRequests > 0 else { return }
            // The answer is out and the request is not: the rest of it is not wanted (RFC 9113, 8.1).
            if !isRequestComplete(header.stream_id) { resetStream(header.stream_id, StreamErrorCode.noError) }
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
        if let number = answerNumber(streamID) {
            guard let answer = answers.remove(number) else { return }
            if !answer.isRequestComplete { incompleteRequests -= 1 }
            core.requestClosed()
        } else if let stream = stream(streamID) {
            remove(stream)
            if !stream.isRequestComplete { incompleteRequests -= 1 }
            stream.close()
        } else {
            return
        }
        if isEmpty { idleSince = readAt }
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
        // Everybody of this read was answered at the doorstep by now who is not let in.
        guard !begun.isEmpty else { return }
        var starting: [(stream: HTTP2ServerStream, request: ServerRequest, route: Route)] = []
        swap(&begun, &starting)
        for (stream, request, route) in starting where !stream.isClosed {
            stream.start(request, by: route, counting: handlers)
        }
        starting.removeAll(keepingCapacity: true)
        if begun.isEmpty { swap(&begun, &starting) }
    }

    override func ended() {
        let open = streams
        streams.removeAll()
        begun.removeAll()
        for stream in open { stream.close() }
        for _ in 0..<answers.count { core.requestClosed() }
        answers.removeAll()
    }

    override func tick(at now: NIODeadline) {
        for stream in streams {
            stream.checkTime(at: now)
            stream.checkStall()
        }
        let stallTicks = core.settings.writeStallMilliseconds / Int(ConnectionLoop.tickMilliseconds)
        for id in answers.ticked(stallTicks: stallTicks) { resetStream(id, StreamErrorCode.enhanceYourCalm) }
        if case .announced(let at, let isHeard) = stop, now - at > (isHeard ? Self.noticeTime : Self.hearingTime) {
            goAway()
        }
        if case .goneAway(let at) = stop, isEmpty, now - at > Self.farewellTime { return closeChannel() }
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
        if isEmpty {
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

    /// The head is there: decides at the doorstep, and makes a stream of what is let in.
    private func begin(_ id: Int32, isRequestComplete: Bool) {
        guard let session else { return }
        hasAsked = true
        guard core.hasRoom else {
            refusalsForRoom += 1
            return resetStream(id, StreamErrorCode.refusedStream)
        }
        guard !head.isTooLarge else {
            return newStream(id, session, isRequestComplete: isRequestComplete).refuse(.headersTooLarge)
        }
        guard let method = head.requestMethod else {
            return newStream(id, session, isRequestComplete: isRequestComplete).refuse(.malformed)
        }
        let route = head.withPath { core.routes.route(method, $0) }
        if let doorstep = route.endpoint.doorstep,
            let ready = head.answer(at: doorstep, method, hasBody: !isRequestComplete, from: peer)
        {
            return answer(id, session, ready, isHeadRequest: method == .head, isRequestComplete: isRequestComplete)
        }
        let stream = newStream(id, session, isRequestComplete: isRequestComplete)
        guard let request = stream.request(of: head, method, &fieldCache, from: peer) else { return }
        begun.append((stream, request, route))
    }

    private func newStream(
        _ id: Int32, _ session: OpaquePointer, isRequestComplete: Bool
    ) -> HTTP2ServerStream {
        let stream = HTTP2ServerStream(id: id, connection: self, isRequestComplete: isRequestComplete)
        stream.index = streams.count
        streams.append(stream)
        if !isRequestComplete { incompleteRequests += 1 }
        nghttp2_session_set_stream_user_data(session, id, Unmanaged.passUnretained(stream).toOpaque())
        return stream
    }

    private func complete(_ id: Int32) {
        guard !isRequestComplete(id) else { return }
        incompleteRequests -= 1
        if let number = answerNumber(id) {
            answers.requestCompleted(number)
        } else {
            stream(id)?.requestCompleted()
        }
    }

    private func calmDown() {
        guard let session else { return }
        nghttp2_session_terminate_session(session, StreamErrorCode.enhanceYourCalm)
        queueFlush()
    }

    /// Whether no stream is open.
    private var isEmpty: Bool { streams.isEmpty && answers.isEmpty }

    /// Whether nothing more is to come of a stream's request; so it is where there is no stream.
    private func isRequestComplete(_ id: Int32) -> Bool {
        if let number = answerNumber(id) { return answers.isRequestComplete(number) }
        return stream(id)?.isRequestComplete ?? true
    }

    private func stream(_ id: Int32) -> HTTP2ServerStream? {
        guard let session, let pointer = nghttp2_session_get_stream_user_data(session, id),
            ReadyAnswers.number(pointer) == nil
        else { return nil }
        return Unmanaged<HTTP2ServerStream>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func remove(_ stream: HTTP2ServerStream) {
        let last = streams.count - 1
        guard stream.index <= last, streams[stream.index] === stream else { return }
        streams[stream.index] = streams[last]
        streams[stream.index].index = stream.index
        streams.removeLast()
    }

    // MARK: Answers at the doorstep

    private func answer(
        _ id: Int32, _ session: OpaquePointer, _ ready: ReadyResponse, isHeadRequest: Bool, isRequestComplete: Bool
    ) {
        core.requestOpenedAnswered()
        if !isRequestComplete { incompleteRequests += 1 }
        let number = answers.add(
            ReadyAnswers.Answer(streamID: id, response: ready, isRequestComplete: isRequestComplete))
        nghttp2_session_set_stream_user_data(session, id, ReadyAnswers.pointer(number))
        loop.fields.begin(with: ready.layout)
        if ready.isDateMissing { loop.fields.append("date", loop.date()) }
        let hasBody = !isHeadRequest && ready.body.readableBytes > 0
        let result = loop.fields.withFields { vectors, count in
            guard hasBody else { return nghttp2_submit_response(session, id, vectors, count, nil) }
            var provider = nghttp2_data_provider()
            provider.source.ptr = ReadyAnswers.pointer(number)
            provider.read_callback = { _, _, target, count, flags, source, user in
                guard let target, let flags, let user, let pointer = source?.pointee.ptr,
                    let number = ReadyAnswers.number(pointer)
                else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
                return Unmanaged<HTTP2ServerConnection>.fromOpaque(user)._withUnsafeGuaranteedRef {
                    $0.answers.fill(number, UnsafeMutableRawBufferPointer(start: target, count: count), flags)
                }
            }
            return nghttp2_submit_response(session, id, vectors, count, &provider)
        }
        if result != 0 { resetStream(id, StreamErrorCode.internalError) }
    }

    /// The number of a stream that was answered at the doorstep.
    private func answerNumber(_ id: Int32) -> Int? {
        guard !answers.isEmpty, let session else { return nil }
        return nghttp2_session_get_stream_user_data(session, id).flatMap(ReadyAnswers.number)
    }
}
