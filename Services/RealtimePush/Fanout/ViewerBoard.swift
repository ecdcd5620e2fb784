import NIOCore
import Synchronization
import Ticketing
import Wire

/// What a channel shows, and the loops on which somebody looks at it.
final class ViewerBoard: Sendable {
    private struct State {
        var map: ChannelMap?
        var loops: [ObjectIdentifier: LoopEntry] = [:]
        var viewerCount = 0
        var closing: StreamClosing?
    }

    private struct LoopEntry {
        let eventLoop: any EventLoop
        let viewers: NIOLoopBound<LoopViewers>
    }

    private let state = Mutex(State())

    /// Viewers of this replica.
    var viewerCount: Int { state.withLock { $0.viewerCount } }

    /// Where the shown map stands.
    var position: SeatsPosition? { state.withLock { $0.map?.position } }

    /// Shows a newer map on every loop.
    func show(_ map: ChannelMap) {
        tell {
            $0.map = map
        } each: {
            $0.advance(to: map)
        }
    }

    /// Lets quiet streams show that they live.
    func beat() {
        tell { _ in
        } each: {
            $0.sendHeartbeats()
        }
    }

    /// Ends the streams of a share of the viewers or of all, with a reason.
    func close(_ closing: StreamClosing) {
        tell {
            $0.closing = closing
        } each: {
            $0.close(closing)
        }
    }

    /// The viewers on a loop, from that loop.
    func viewers(on eventLoop: any EventLoop) -> LoopViewers {
        eventLoop.preconditionInEventLoop()
        return state.withLock { state in
            if let known = state.loops[ObjectIdentifier(eventLoop)] { return known.viewers }
            let made = LoopViewers(map: state.map) { [weak self] difference in
                self?.state.withLock { $0.viewerCount += difference }
            }
            if let closing = state.closing { made.close(closing) }
            let bound = NIOLoopBound(made, eventLoop: eventLoop)
            state.loops[ObjectIdentifier(eventLoop)] = LoopEntry(eventLoop: eventLoop, viewers: bound)
            return bound
        }.value
    }

    private func tell(
        _ change: (inout State) -> Void, each: @escaping @Sendable (LoopViewers) -> Void
    ) {
        let loops = state.withLock { state in
            change(&state)
            return Array(state.loops.values)
        }
        for loop in loops {
            loop.eventLoop.execute { each(loop.viewers.value) }
        }
    }
}
