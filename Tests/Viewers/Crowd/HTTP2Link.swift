/// Many viewers on one HTTP/2 connection.
final class HTTP2Link: Link {
    private struct Stream {
        /// Nobody's once it is over.
        var viewer: Int32
        var events = EventCutter()
    }

    private static let nobody: Int32 = -1
    /// What came before the peer gets credit for it.
    private static let creditBytes = 4_194_304

    private var streams: [Stream] = []
    private(set) var viewerCount = 0
    /// The peer takes no more streams.
    private(set) var isLeaving = false
    private var header: [UInt8] = []
    private var control: [UInt8] = []
    /// The stream whose bytes come, how many of them, and whether they are its last.
    private var content: (stream: Int, left: Int, isLast: Bool)?
    private var uncredited = 0

    var hasRoom: Bool { !isLeaving && !isClosed && viewerCount < crowd.settings.streamsPerConnection }

    func join(_ viewer: Int) {
        streams.append(Stream(viewer: Int32(viewer)))
        viewerCount += 1
        crowd.setStream(streams.count - 1, of: viewer)
        send(
            HTTP2Writing.request(
                streams.count * 2 - 1, path: crowd.settings.path, fields: crowd.requestFields(of: viewer)))
    }

    /// Before the first stream.
    func begin() {
        send(HTTP2Writing.preface())
    }

    override func leave(_ viewer: Int) {
        let stream = crowd.stream(of: viewer)
        send(HTTP2Writing.cancel(stream * 2 + 1))
        end(stream)
    }

    override func ended() {
        for stream in streams.indices { end(stream) }
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty, !isClosed {
            if let content {
                let count = min(content.left, rest.count)
                self.content = count == content.left ? nil : (content.stream, content.left - count, content.isLast)
                take(UnsafeRawBufferPointer(rebasing: rest[..<count]), of: content.stream)
                if count == content.left, content.isLast { end(content.stream) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else {
                rest = UnsafeRawBufferPointer(rebasing: rest[readControl(rest)...])
            }
        }
        if uncredited > Self.creditBytes, !isClosed {
            send(HTTP2Writing.credit(uncredited))
            uncredited = 0
        }
    }

    /// Reads on in a frame's header or in a frame without content; gives how many bytes it took.
    private func readControl(_ bytes: UnsafeRawBufferPointer) -> Int {
        let headerLeft = min(9 - header.count, bytes.count)
        header.append(contentsOf: bytes[..<headerLeft])
        guard header.count == 9 else { return headerLeft }
        let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let stream = header[5...].reduce(0) { $0 << 8 | Int($1) } / 2
        if header[3] == HTTP2Writing.Kind.body {
            let isLast = header[4] & HTTP2Writing.Flag.endStream != 0
            uncredited += length
            header.removeAll(keepingCapacity: true)
            if length > 0 { content = (stream, length, isLast) } else if isLast { end(stream) }
            return headerLeft
        }
        let count = min(length - control.count, bytes.count - headerLeft)
        control.append(contentsOf: bytes[headerLeft..<headerLeft + count])
        guard control.count == length else { return headerLeft + count }
        handle(header[3], flags: header[4], stream: stream)
        header.removeAll(keepingCapacity: true)
        control.removeAll(keepingCapacity: true)
        return headerLeft + count
    }

    private func handle(_ kind: UInt8, flags: UInt8, stream: Int) {
        switch kind {
        case HTTP2Writing.Kind.headers where streams.indices.contains(stream):
            guard let viewer = viewer(of: stream) else { return }
            // A change of the table's size may stand in front (RFC 7541, section 6.3); 0x88 is ":status: 200".
            let status = control.first { $0 & 0xe0 != 0x20 }
            if status == 0x88 { crowd.opened(viewer) } else { crowd.refused(viewer, status: 503) }
            if flags & HTTP2Writing.Flag.endStream != 0 { end(stream) }
        case HTTP2Writing.Kind.reset: end(stream)
        case HTTP2Writing.Kind.settings where flags & HTTP2Writing.Flag.endStream == 0:
            send(HTTP2Writing.frame(HTTP2Writing.Kind.settings, flags: HTTP2Writing.Flag.endStream, payload: []))
        case HTTP2Writing.Kind.ping where flags & HTTP2Writing.Flag.endStream == 0:
            send(HTTP2Writing.frame(HTTP2Writing.Kind.ping, flags: HTTP2Writing.Flag.endStream, payload: control))
        case HTTP2Writing.Kind.goAway:
            isLeaving = true
            let last = control[..<4].reduce(0) { $0 << 8 | Int($1) & 0xff } & HTTP2Writing.windowMax
            for stream in streams.indices where stream * 2 + 1 > last { end(stream) }
        default: break
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, of stream: Int) {
        guard let viewer = viewer(of: stream) else { return }
        streams[stream].events.cut(bytes) { crowd.received($0, by: viewer) }
    }

    private func viewer(of stream: Int) -> Int? {
        guard streams.indices.contains(stream), streams[stream].viewer != Self.nobody else { return nil }
        return Int(streams[stream].viewer)
    }

    private func end(_ stream: Int) {
        guard let viewer = viewer(of: stream) else { return }
        streams[stream] = Stream(viewer: Self.nobody)
        viewerCount -= 1
        crowd.lost(viewer)
    }
}
