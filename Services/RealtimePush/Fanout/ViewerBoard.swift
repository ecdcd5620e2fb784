import Metrics
import NIOCore
import Synchronization
import Ticketing
import Wire

/// What a channel shows, and who looks at it: each audience on each loop.
final class ViewerBoard: Sendable {
    private struct State {
        var map: ChannelMap?
        var crowds: [CrowdKey: Crowd] = [:]
        var viewerCount = 0
        var closing: StreamClosing?
    }

    private struct CrowdKey: Hashable {
        let loop: ObjectIdentifier
        let audience: Audience
    }

    /// One audience on one loop.
    private struct Crowd {
        let eventLoop: any EventLoop
        let viewers: NIOLoopBound<LoopViewers>
        /// The oldest batch that its loop was not shown yet; nil while the loop knows the map.
        var owed: Owed?
    }

    private struct Owed {
        var committedAt: Timestamp?
    }

    /// Different selections of sections at once; who comes with one more is shown all seats.
    static let selectionsMax = 256

    private let state = Mutex(State())
    private let mergeWindow: TimeAmount

    /// A board whose viewers' frames are at least `mergeWindow` apart.
    init(mergeWindow: Duration) {
        self.mergeWindow = TimeAmount(mergeWindow)
    }

    /// Viewers of this replica.
    var viewerCount: Int { state.withLock { $0.viewerCount } }

    /// Different selections of sections that somebody looks at.
    var selectionCount: Int { state.withLock { Self.selections(in: $0).count } }

    /// Where the shown map stands.
    var position: SeatsPosition? { state.withLock { $0.map?.position } }

    /// Shows a newer map on every loop; `committedAt` is the time of the oldest batch that is new in it. A loop that is
    /// late is shown only the newest of the maps that waited for it.
    func show(_ map: ChannelMap, committedAt: Timestamp? = nil) {
        let told = state.withLock { state in
            state.map = map
            var told: [(CrowdKey, any EventLoop)] = []
            for (key, crowd) in state.crowds {
                if let owed = crowd.owed {
                    state.crowds[key]?.owed = Owed(committedAt: owed.committedAt ?? committedAt)
                } else {
                    state.crowds[key]?.owed = Owed(committedAt: committedAt)
                    told.append((key, crowd.eventLoop))
                }
            }
            return told
        }
        for (key, eventLoop) in told { eventLoop.execute { self.settle(key) } }
    }

    /// Lets quiet streams show that they live.
    func beat() {
        tell { _ in
        } each: {
            $0.sendHeartbeats()
        }
    }

    /// Ends a share of the streams, one in `share`, with a reason; with 1 all end, and those that come later.
    func close(oneIn share: Int = 1, _ closing: StreamClosing) {
        tell {
            if share == 1 { $0.closing = closing }
        } each: {
            $0.close(oneIn: share, closing)
        }
    }

    /// The viewers of an audience on a loop, from that loop; to be joined at once.
    func viewers(of audience: Audience = Audience(), on eventLoop: any EventLoop) -> LoopViewers {
        eventLoop.preconditionInEventLoop()
        return state.withLock { state in
            var audience = audience
            if let selection = audience.selection, !Self.hasRoom(for: selection, state) { audience.selection = nil }
            let key = CrowdKey(loop: ObjectIdentifier(eventLoop), audience: audience)
            if let known = state.crowds[key] { return known.viewers }
            let made = LoopViewers(audience, map: state.map) { [weak self] in self?.count($0, key) }
            if let closing = state.closing { made.close(oneIn: 1, closing) }
            let bound = NIOLoopBound(made, eventLoop: eventLoop)
            state.crowds[key] = Crowd(eventLoop: eventLoop, viewers: bound)
            return bound
        }.value
    }

    private static func hasRoom(for selection: SeatSelection, _ state: State) -> Bool {
        let selections = selections(in: state)
        return selections.contains(selection) || selections.count < selectionsMax
    }

    private static func selections(in state: State) -> Set<SeatSelection> {
        Set(state.crowds.keys.compactMap(\.audience.selection))
    }

    /// A viewer came to a crowd or went; a selection that nobody looks at any more is forgotten.
    private func count(_ difference: Int, _ key: CrowdKey) {
        state.withLock { state in
            state.viewerCount += difference
            if difference < 0, key.audience.selection != nil, state.crowds[key]?.viewers.value.isEmpty == true {
                state.crowds[key] = nil
            }
        }
    }

    /// On a crowd's loop: shows what it is owed. A loop that was late does not hurry: its viewers' frames stay apart.
    private func settle(_ key: CrowdKey) {
        guard let crowd = state.withLock({ $0.crowds[key] }) else { return }
        let viewers = crowd.viewers.value
        guard viewers.mayAdvanceAt <= .now() else {
            crowd.eventLoop.scheduleTask(deadline: viewers.mayAdvanceAt) { self.settle(key) }
            return
        }
        let (map, owed) = state.withLock { state in
            let owed = state.crowds[key]?.owed
            state.crowds[key]?.owed = nil
            return (state.map, owed)
        }
        guard let map else { return }
        viewers.mayAdvanceAt = .now() + mergeWindow
        viewers.advance(to: map)
        if let committedAt = owed?.committedAt, !viewers.isEmpty {
            let lag = Timestamp.now.unixMicroseconds - committedAt.unixMicroseconds
            ViewerMetrics.mapLag.recordNanoseconds(max(0, lag) * 1_000)
        }
    }

    private func tell(
        _ change: (inout State) -> Void, each: @escaping @Sendable (LoopViewers) -> Void
    ) {
        let crowds = state.withLock { state in
            change(&state)
            return Array(state.crowds.values)
        }
        for crowd in crowds {
            crowd.eventLoop.execute { each(crowd.viewers.value) }
        }
    }
}
