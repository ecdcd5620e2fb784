import NIOCore
import Synchronization

/// The streams of places, ticked once a second on their loops.
final class PlaceStreams: Sendable {
    /// Streams at most; more are refused, and ask instead.
    static let streamsMax = 20_000
    static let tick = TimeAmount.seconds(1)

    /// Those of one loop. Used there only.
    private final class OnLoop {
        var streams: [ObjectIdentifier: PlaceStream] = [:]
        var ticker: RepeatedTask?
    }

    private struct State {
        var loops: [ObjectIdentifier: NIOLoopBound<OnLoop>] = [:]
        var count = 0
    }

    private let open: OpenStreams
    private let state = Mutex(State())

    /// What is open is counted among, and ended with, a gateway's other streams.
    init(open: OpenStreams) {
        self.open = open
    }

    /// Whether one more may come.
    var hasRoom: Bool { state.withLock { $0.count < Self.streamsMax } }

    /// From the stream's loop.
    func add(_ stream: PlaceStream, on eventLoop: any EventLoop) {
        let mine = state.withLock { state in
            state.count += 1
            if let known = state.loops[ObjectIdentifier(eventLoop)] { return known }
            let made = NIOLoopBound(OnLoop(), eventLoop: eventLoop)
            state.loops[ObjectIdentifier(eventLoop)] = made
            return made
        }
        mine.value.streams[ObjectIdentifier(stream)] = stream
        if mine.value.ticker == nil {
            mine.value.ticker = eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in
                let now = ContinuousClock.now
                // Whoever is woken may leave meanwhile.
                for stream in Array(mine.value.streams.values) { stream.tick(at: now) }
            }
        }
        open.add(stream, on: eventLoop)
    }

    /// From the stream's loop.
    func remove(_ stream: PlaceStream, on eventLoop: any EventLoop) {
        open.remove(stream)
        let mine = state.withLock { state in
            state.count -= 1
            return state.loops[ObjectIdentifier(eventLoop)]
        }
        guard let mine else { return }
        mine.value.streams[ObjectIdentifier(stream)] = nil
        if mine.value.streams.isEmpty {
            mine.value.ticker?.cancel()
            mine.value.ticker = nil
        }
    }
}
