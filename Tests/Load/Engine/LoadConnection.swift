import CNghttp2
import Glibc
import ViewerCrowd

/// What a connection tells the loop that owns it.
protocol LoadConnectionOwner: AnyObject {
    /// It takes requests now, or more of them.
    func connectionHasRoom(_ connection: LoadConnection)
    /// A stream is over; the slot says what came.
    func streamEnded(_ slot: RequestSlot, code: UInt32)
    /// It has something to write, at the turn's end.
    func connectionWrites(_ connection: LoadConnection)
    /// It is gone; what was under way on it was told before.
    func connectionEnded(_ connection: LoadConnection)
}

/// One HTTP/2 connection, in clear text. Used on its loop's thread alone.
final class LoadConnection {
    let place: Int
    private(set) var isReady = false
    private(set) var isClosed = false
    /// The peer takes no more streams.
    private(set) var isLeaving = false
    /// Whether something is to be written at the turn's end.
    var isFlushQueued = false

    private unowned let owner: any LoadConnectionOwner
    private let poller: Poller
    private let socket: Int32
    private var session: OpaquePointer?
    private var isConnected = false
    private var interest = Poller.writable
    /// In no order; each slot knows its place.
    private var streams: [RequestSlot] = []
    private var outgoing: [UInt8] = []
    private var written = 0
    private var isReceiving = false

    private static let windowBytes: Int32 = 1 << 26
    /// Not more than this is taken from libnghttp2 while the socket has no room.
    private static let outgoingBytesMax = 262_144

    /// Begins to connect.
    init(place: Int, to address: CrowdAddress, from source: String?, poller: Poller, owner: any LoadConnectionOwner) {
        self.place = place
        self.poller = poller
        self.owner = owner
        socket = CrowdSocket.connect(to: address, from: source)
        poller.add(socket, interest: interest, mark: UInt64(place))
    }

    deinit {
        if let session { nghttp2_session_del(session) }
    }

    // MARK: For the loop

    /// Streams under way.
    var streamCount: Int { streams.count }

    /// Whether another request can be sent now.
    var hasRoom: Bool {
        guard let session, isReady, !isLeaving, !isClosed else { return false }
        let allowed = nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
        return streams.count < Int(allowed)
    }

    /// Sends a request; false if the connection takes no more.
    func send(_ slot: RequestSlot, _ headers: borrowing HeaderScratch) -> Bool {
        guard hasRoom, let session else { return false }
        let user = Unmanaged.passUnretained(slot).toOpaque()
        let id = headers.withFields { fields, count in
            guard !slot.text.body.isEmpty else {
                return nghttp2_submit_request(session, nil, fields, count, nil, user)
            }
            var provider = nghttp2_data_provider()
            provider.source.ptr = user
            provider.read_callback = { _, _, target, count, flags, source, _ in
                guard let target, let flags, let pointer = source?.pointee.ptr else {
                    return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
                }
                let slot = Unmanaged<RequestSlot>.fromOpaque(pointer).takeUnretainedValue()
                return LoadConnection.fill(
                    UnsafeMutableRawBufferPointer(start: target, count: count), flags, from: slot)
            }
            return nghttp2_submit_request(session, nil, fields, count, &provider, user)
        }
        guard id > 0 else {
            // No stream ids are left: the connection has served.
            isLeaving = true
            return false
        }
        slot.streamID = id
        slot.connection = self
        slot.streamPlace = streams.count
        streams.append(slot)
        return true
    }

    /// Wants no more of a request.
    func cancel(_ slot: RequestSlot) {
        guard let session, forget(slot) else { return }
        nghttp2_session_set_stream_user_data(session, slot.streamID, nil)
        nghttp2_submit_rst_stream(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), slot.streamID, NGHTTP2_CANCEL.rawValue)
    }

    /// Something happened on the socket.
    func happened(_ events: UInt32, into buffer: UnsafeMutableRawBufferPointer) {
        guard !isClosed else { return }
        if !isConnected {
            guard events & Poller.broken == 0 else { return close() }
            open()
        }
        if events & (Poller.readable | Poller.broken) != 0 { read(into: buffer) }
        guard let session, !isClosed else { return }
        // Most of what comes asks for nothing.
        if events & Poller.writable != 0 || nghttp2_session_want_write(session) != 0
            || nghttp2_session_want_read(session) == 0
        {
            owner.connectionWrites(self)
        }
    }

    /// Writes what there is to write, as far as the socket takes it.
    func flush() {
        isFlushQueued = false
        guard let session, !isClosed, !isReceiving else { return }
        while true {
            while outgoing.count - written < Self.outgoingBytesMax {
                var bytes: UnsafePointer<UInt8>?
                let count = nghttp2_session_mem_send(session, &bytes)
                guard count > 0, let bytes else { break }
                outgoing.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
            }
            guard written < outgoing.count else { break }
            let sent = outgoing.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress.map { $0 + written }, $0.count - written, Int32(MSG_NOSIGNAL))
            }
            if sent < 0 {
                guard errno == EAGAIN || errno == EINTR else { return close() }
                break
            }
            written += sent
            if written == outgoing.count {
                outgoing.removeAll(keepingCapacity: true)
                written = 0
            }
        }
        setInterest(written < outgoing.count ? Poller.readable | Poller.writable : Poller.readable)
        if nghttp2_session_want_read(session) == 0, nghttp2_session_want_write(session) == 0 { close() }
    }

    /// Ends it; what is under way is lost.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(socket)
        let open = streams
        streams.removeAll()
        for slot in open { owner.streamEnded(slot, code: NGHTTP2_CONNECT_ERROR.rawValue) }
        owner.connectionEnded(self)
    }

    // MARK: From libnghttp2

    func greeted() {
        isReady = true
        owner.connectionHasRoom(self)
    }

    func told() { isLeaving = true }

    func streamClosed(_ slot: RequestSlot, code: UInt32) {
        guard forget(slot) else { return }
        owner.streamEnded(slot, code: code)
        owner.connectionHasRoom(self)
    }

    // MARK: Helpers

    /// False where it was none of its streams any more.
    private func forget(_ slot: RequestSlot) -> Bool {
        let place = slot.streamPlace
        guard place < streams.count, streams[place] === slot else { return false }
        let last = streams.removeLast()
        if last !== slot {
            streams[place] = last
            last.streamPlace = place
        }
        return true
    }

    private func open() {
        isConnected = true
        var new: OpaquePointer?
        nghttp2_session_client_new(&new, SessionPlumbing.callbacks, Unmanaged.passUnretained(self).toOpaque())
        guard let new else { return close() }
        session = new
        var entries = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(Self.windowBytes)),
        ]
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        nghttp2_submit_settings(new, none, &entries, entries.count)
        nghttp2_session_set_local_window_size(new, none, 0, Self.windowBytes)
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) {
        guard let session else { return }
        let count = recv(socket, buffer.baseAddress, buffer.count, 0)
        guard count > 0 else {
            if count == 0 || (errno != EAGAIN && errno != EINTR) { close() }
            return
        }
        // What is answered makes journeys go on, and those send: not while libnghttp2 reads.
        isReceiving = true
        let taken = nghttp2_session_mem_recv(session, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
        isReceiving = false
        if taken < 0 { close() }
    }

    private func setInterest(_ wanted: UInt32) {
        guard wanted != interest else { return }
        interest = wanted
        poller.change(socket, interest: wanted, mark: UInt64(place))
    }

    private static func fill(
        _ target: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>, from slot: RequestSlot
    ) -> Int {
        let count = min(target.count, slot.text.body.count - slot.sentBytes)
        slot.text.body.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[slot.sentBytes..<slot.sentBytes + count]))
        }
        slot.sentBytes += count
        if slot.sentBytes == slot.text.body.count { flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
    }
}
