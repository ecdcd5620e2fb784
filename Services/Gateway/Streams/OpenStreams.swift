import NIOCore
import ServiceRuntime
import Synchronization

/// The streams that this gateway serves, so that they can be counted, and ended when it stops.
final class OpenStreams: Sendable {
    private struct Entry {
        let stream: NIOLoopBound<any DrainedStream>
        let eventLoop: any EventLoop
        var isLeaving = false
    }

    private struct State {
        var streams: [ObjectIdentifier: Entry] = [:]
        var isDraining = false
    }

    private let state = Mutex(State())

    /// How many there are.
    var count: Int { state.withLock { $0.streams.count } }

    /// Counts a stream until it is removed; from its loop.
    func add(_ stream: any DrainedStream, on eventLoop: any EventLoop) {
        let bound = NIOLoopBound(stream, eventLoop: eventLoop)
        let isDraining = state.withLock { state in
            state.streams[ObjectIdentifier(stream)] = Entry(stream: bound, eventLoop: eventLoop)
            return state.isDraining
        }
        if isDraining { leave([ObjectIdentifier(stream)]) }
    }

    func remove(_ stream: any DrainedStream) {
        state.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(stream)) }
    }

    /// Ends all of them, the same number in each part of the window: their viewers are told to come again, to another
    /// gateway. Streams that come later end at once.
    func drain(over window: Duration) async {
        for left in stride(from: DrainPace(count: count, window: window).steps, to: 0, by: -1) where count > 0 {
            let staying = state.withLock { $0.streams.filter { !$0.value.isLeaving }.map(\.key) }
            leave(staying.prefix(DrainPace.share(of: staying.count, stepsLeft: left)))
            try? await Task.sleep(for: DrainPace.step)
        }
        let rest = state.withLock { state in
            state.isDraining = true
            return Array(state.streams.keys)
        }
        leave(rest)
    }

    /// Ends some, each on its loop.
    private func leave(_ streams: some Sequence<ObjectIdentifier>) {
        let leaving = state.withLock { state in
            streams.compactMap { key in
                guard let entry = state.streams[key], !entry.isLeaving else { return nil as Entry? }
                state.streams[key]?.isLeaving = true
                return entry
            }
        }
        for entry in leaving {
            entry.eventLoop.execute { entry.stream.value.leave() }
        }
    }
}
