import ServiceRuntime
import Synchronization

/// The streams that this gateway passes on, so that they can be counted, and ended when it stops.
final class OpenStreams: Sendable {
    private struct State {
        var streams: [ObjectIdentifier: OpenStream] = [:]
        var isDraining = false
    }

    private let state = Mutex(State())

    /// How many there are.
    var count: Int { state.withLock { $0.streams.count } }

    /// Counts a stream until it is removed.
    func add(_ stream: OpenStream) {
        let isDraining = state.withLock { state in
            state.streams[ObjectIdentifier(stream)] = stream
            return state.isDraining
        }
        if isDraining { stream.leave() }
    }

    func remove(_ stream: OpenStream) {
        state.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(stream)) }
    }

    /// Ends all of them, the same number in each part of the window: their viewers are told to come again, to another
    /// gateway. Streams that come later end at once.
    func drain(over window: Duration) async {
        for left in stride(from: DrainPace(count: count, window: window).steps, to: 0, by: -1) where count > 0 {
            let staying = state.withLock { $0.streams.values.filter { !$0.isLeaving } }
            for stream in staying.prefix(DrainPace.share(of: staying.count, stepsLeft: left)) { stream.leave() }
            try? await Task.sleep(for: DrainPace.step)
        }
        let rest = state.withLock { state in
            state.isDraining = true
            return Array(state.streams.values)
        }
        for stream in rest { stream.leave() }
    }
}
