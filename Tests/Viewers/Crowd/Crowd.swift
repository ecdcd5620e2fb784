import Glibc
import Ticketing
import Wire

/// Thousands of viewers on one thread: sockets by epoll, one shared buffer, every frame and every map kept once.
///
/// Used on its own thread alone: see `CrowdThread`.
public final class Crowd {
    /// Bytes read at once.
    private static let readBytes = 1_048_576
    /// What a viewer that does not read lets the kernel keep for it.
    private static let slowReceiveBytes: Int32 = 4096

    let settings: CrowdSettings
    let poller = Poller()
    private var viewers: [Viewer] = []
    private var links: [Link?] = []
    private var freeMarks: [UInt64] = []
    private var closedMarks: [UInt64] = []
    private let frames = FrameBook()
    private let maps = MapBook()
    private var reportedFrames = 0
    private var reportedArrivals = 0
    private var status = CrowdStatus()
    private var timeline = Timeline()
    private var returns = ReturnQueue()
    private var openings = 0
    private var sourceTurn = 0
    private var trickledAt: Int64 = 0
    private(set) var isOver = false
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readBytes, alignment: 16)

    /// Everybody comes at once, as far as the settings let them.
    init(settings: CrowdSettings) {
        self.settings = settings
        viewers = (0..<settings.viewers).map { number in
            let pace: Viewer.Pace =
                number < settings.stopped
                ? .stopped : number < settings.stopped + settings.trickling ? .trickles : .reads
            let forgets = settings.memory == .forgets || settings.memory == .mixed && number % 2 == 0
            return Viewer(pace: pace, forgets: forgets, turn: number)
        }
        for viewer in viewers.indices { returns.add(viewer, at: 0) }
    }

    deinit { buffer.deallocate() }

    /// One round of waiting and reading.
    func turn() {
        let now = WallClock.nanoseconds
        while openings < settings.openingsAtOnce, let viewer = returns.next(at: now) { open(viewer) }
        if settings.trickling > 0, now - trickledAt > Span.second { trickle(at: now) }
        poller.wait(milliseconds: 5) { mark, events in links[Int(mark)]?.happened(events, into: buffer) }
        // A mark is given away again only when no event of its last holder can be under way.
        freeMarks += closedMarks
        closedMarks.removeAll(keepingCapacity: true)
    }

    // MARK: What is asked

    /// How the crowd is.
    public func currentStatus() -> CrowdStatus {
        var status = status
        status.viewers = viewers.count
        status.open = viewers.count { $0.isOpen }
        status.withMap = viewers.count { $0.map != nil }
        status.framesPerSecondMax = viewers.map(\.framesPerSecondMax).max() ?? 0
        status.forks = maps.forks.count
        return status
    }

    /// Deltas and messages that came to viewers who read.
    public var deliveries: Int { status.deliveries }

    /// The deltas and messages that first came since this was asked last.
    public func newFrames() -> [FrameReport] {
        defer { reportedFrames = frames.frames.count }
        return frames.frames[reportedFrames...].compactMap { frame in
            let delta: SeatDelta?
            switch frame.content {
            case .delta(let known): delta = known
            case .message: delta = nil
            default: return nil
            }
            return FrameReport(
                epoch: delta?.epoch, afterSequence: delta?.afterSequence, sequence: delta?.sequence,
                bytes: frame.bytes.count, firstAt: frame.firstAt, lastAt: frame.lastAt, receipts: frame.receipts,
                lateness: frame.lateness)
        }
    }

    /// The deltas that first came since this was asked last and that are so many seconds old: by then whoever reads has
    /// them. What each changed, and when it came to whom.
    public func newArrivals(olderThanSeconds seconds: Int64) -> [DeltaArrival] {
        let limit = WallClock.nanoseconds - seconds * Span.second
        var arrivals: [DeltaArrival] = []
        while reportedArrivals < frames.frames.count, frames.frames[reportedArrivals].firstAt < limit {
            let frame = frames.frames[reportedArrivals]
            reportedArrivals += 1
            guard case .delta(let delta) = frame.content else { continue }
            arrivals.append(DeltaArrival(changes: delta.changes, firstAt: frame.firstAt, lateness: frame.lateness))
        }
        return arrivals
    }

    /// The maps that viewers have now, those of slow ones left out.
    public func currentMaps() -> [MapReport] {
        let counts = viewers.filter { $0.pace == .reads }.compactMap(\.map).reduce(into: [:]) {
            $0[$1, default: 0] += 1
        }
        return counts.map { place, count in
            let map = maps.maps[place]
            return MapReport(
                epoch: map.position.epoch, sequence: map.position.sequence,
                states: SeatSnapshot(states: map.states, at: map.position).states, viewers: count)
        }
    }

    /// All maps that anybody ever had.
    public func mapHistory() -> [MapCheck] {
        maps.maps.map {
            MapCheck(epoch: $0.position.epoch, sequence: $0.position.sequence, crc: CRC32.checksum($0.states.bytes))
        }
    }

    /// When streams came and went since this was asked last.
    public func newTimeline() -> Timeline {
        defer { timeline = Timeline() }
        return timeline
    }

    /// So many viewers go away, and come back at once.
    public func leave(_ count: Int) {
        let watching = viewers.indices.filter { viewers[$0].isOpen && viewers[$0].pace == .reads }
        for viewer in watching.shuffled().prefix(count) {
            viewers[viewer].isLeaving = true
            viewers[viewer].link?.leave(viewer)
        }
    }

    func end() {
        isOver = true
        for link in links { link?.close() }
    }

    // MARK: What links tell

    func register(_ link: Link) -> UInt64 {
        if let mark = freeMarks.popLast() {
            links[Int(mark)] = link
            return mark
        }
        links.append(link)
        return UInt64(links.count - 1)
    }

    func forget(_ mark: UInt64) {
        links[Int(mark)] = nil
        closedMarks.append(mark)
    }

    func nextSource() -> String {
        sourceTurn = (sourceTurn + 1) % settings.sources
        return "127.0.0.\(1 + sourceTurn)"
    }

    func requestFields(of viewer: Int) -> [(name: String, value: String)] {
        guard settings.transport != .webSocket else { return settings.headerFields }
        let fields = settings.headerFields + [("accept", "text/event-stream")]
        return fields + (position(of: viewer).map { [("last-event-id", $0.text)] } ?? [])
    }

    func pathWithPosition(of viewer: Int) -> String {
        settings.path + (position(of: viewer).map { "?after=\($0.text)" } ?? "")
    }

    func stream(of viewer: Int) -> Int { viewers[viewer].stream }

    func setStream(_ stream: Int, of viewer: Int) { viewers[viewer].stream = stream }

    func opened(_ viewer: Int) {
        let now = WallClock.nanoseconds
        openings -= 1
        status.opened += 1
        timeline.opened.append(now / Span.millisecond)
        if let lostAt = viewers[viewer].lostAt { timeline.away.append((now - lostAt) / Span.millisecond) }
        viewers[viewer].lostAt = nil
        viewers[viewer].isOpen = true
        if viewers[viewer].pace != .reads { viewers[viewer].link?.stopReading() }
    }

    func refused(_ viewer: Int, status code: Int) {
        status.refused["\(code)", default: 0] += 1
    }

    /// The stream is over, whatever ended it: the viewer comes back.
    func lost(_ viewer: Int) {
        let now = WallClock.nanoseconds
        defer {
            viewers[viewer].link = nil
            viewers[viewer].isLeaving = false
            viewers[viewer].comesBackAfter = nil
        }
        viewers[viewer].turn += 1
        guard viewers[viewer].isOpen else {
            openings -= 1
            if viewers[viewer].link?.isConnected == false { status.notConnected += 1 }
            return returns.add(viewer, at: now + Int64.random(in: 100...400) * Span.millisecond)
        }
        viewers[viewer].isOpen = false
        if viewers[viewer].forgets { viewers[viewer].map = nil }
        guard viewers[viewer].pace == .reads else {
            status.slowCut += 1
            return
        }
        if viewers[viewer].isLeaving {
            status.left += 1
            return returns.add(viewer, at: now + Int64.random(in: 0...200) * Span.millisecond)
        }
        viewers[viewer].lostAt = now
        timeline.lost.append(now / Span.millisecond)
        if viewers[viewer].comesBackAfter == nil { status.broken += 1 }
        // As the page does: around the time that it was told, or soon.
        let wait = Double(viewers[viewer].comesBackAfter ?? 0) * 1000
        let milliseconds = max(100, wait * Double.random(in: 0.7...1.3)) + Double.random(in: 0...400)
        returns.add(viewer, at: now + Int64(milliseconds) * Span.millisecond)
    }

    func received(_ bytes: UnsafeRawBufferPointer, by viewer: Int) {
        let now = WallClock.nanoseconds
        let place = frames.place(of: bytes, at: now)
        switch frames.frames[place].content {
        case .delta(let delta):
            countFrame(place, of: viewer, at: now)
            if settings.keepsMaps { apply(delta, place, to: viewer) }
        case .snapshot(let snapshot) where settings.keepsMaps: begin(snapshot, place, of: viewer)
        case .message: countFrame(place, of: viewer, at: now)
        case .closing(let closing):
            status.closings[closing.reason, default: 0] += 1
            viewers[viewer].comesBackAfter = closing.retryAfterSeconds
        case .malformed: status.malformed += 1
        case .snapshot, .heartbeat, .silence: break
        }
    }

    // MARK: Helpers

    private func open(_ viewer: Int) {
        openings += 1
        let address = settings.addresses[viewers[viewer].turn % settings.addresses.count]
        let receiveBytes = viewers[viewer].pace == .reads ? nil : Self.slowReceiveBytes
        switch settings.transport {
        case .http1:
            viewers[viewer].link = HTTP1Link(to: address, of: self, viewer: viewer, receiveBytes: receiveBytes)
        case .webSocket:
            viewers[viewer].link = WebSocketLink(to: address, of: self, viewer: viewer, receiveBytes: receiveBytes)
        case .http2:
            let link = sharedLink(to: address)
            viewers[viewer].link = link
            link.join(viewer)
        }
    }

    private func sharedLink(to address: CrowdAddress) -> HTTP2Link {
        for case let link as HTTP2Link in links where link.address == address && link.hasRoom { return link }
        let link = HTTP2Link(to: address, of: self)
        link.begin()
        return link
    }

    private func position(of viewer: Int) -> SeatsPosition? {
        viewers[viewer].map.map { maps.maps[$0].position }
    }

    private func countFrame(_ place: Int, of viewer: Int, at now: Int64) {
        guard viewers[viewer].pace == .reads else { return }
        frames.count(place, at: now)
        status.deliveries += 1
        viewers[viewer].countFrame(at: now)
    }

    private func begin(_ snapshot: SeatSnapshot, _ place: Int, of viewer: Int) {
        if let mine = position(of: viewer), mine.epoch == snapshot.epoch, snapshot.sequence < mine.sequence {
            status.backs += 1
        }
        guard let map = maps.start(snapshot, frame: place) else {
            status.malformed += 1
            return
        }
        viewers[viewer].map = map
    }

    private func apply(_ delta: SeatDelta, _ place: Int, to viewer: Int) {
        guard let map = viewers[viewer].map else {
            status.gaps += 1
            return
        }
        switch maps.step(from: map, by: delta, frame: place) {
        case .map(let next): viewers[viewer].map = next
        case .gap: status.gaps += 1
        case .back: status.backs += 1
        }
    }

    private func trickle(at now: Int64) {
        trickledAt = now
        let byte = UnsafeMutableRawBufferPointer(rebasing: buffer[..<1])
        for viewer in viewers.indices where viewers[viewer].pace == .trickles && viewers[viewer].isOpen {
            viewers[viewer].link?.read(into: byte)
        }
    }
}
