/// A viewer of server-sent events on an HTTP/1.1 connection of its own.
final class HTTP1Link: Link {
    private enum Body {
        case head
        case chunked(ChunkReader)
        case plain
    }

    private let viewer: Int
    private let request: HTTP1Request
    private var head: [UInt8] = []
    private var body = Body.head
    private var events = EventCutter()

    init(to address: CrowdAddress, of crowd: Crowd, viewer: Int, receiveBytes: Int32?) {
        self.viewer = viewer
        request = HTTP1Request(crowd.requestFields(of: viewer))
        super.init(to: address, of: crowd, receiveBytes: receiveBytes)
    }

    override func connected() {
        send(request.bytes(path: crowd.settings.path))
    }

    override func received(_ bytes: UnsafeRawBufferPointer) {
        switch body {
        case .head: readHead(bytes)
        case .plain: take(bytes)
        case .chunked(var reader):
            reader.read(bytes, take: take)
            if reader.isOver { return close() }
            body = .chunked(reader)
        }
    }

    override func ended() {
        crowd.lost(viewer)
    }

    override func leave(_ viewer: Int) {
        close()
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        events.cut(bytes) { crowd.received($0, by: viewer) }
    }

    private func readHead(_ bytes: UnsafeRawBufferPointer) {
        head.append(contentsOf: bytes)
        guard let (text, rest) = HTTP1Request.cutHead(head) else { return }
        head = []
        guard let status = HTTP1Request.status(of: text), status == 200 else {
            crowd.refused(viewer, status: HTTP1Request.status(of: text) ?? 0)
            return close()
        }
        body = text.lowercased().contains("transfer-encoding: chunked") ? .chunked(ChunkReader()) : .plain
        crowd.opened(viewer)
        rest.withUnsafeBytes { if !$0.isEmpty { received($0) } }
    }
}
