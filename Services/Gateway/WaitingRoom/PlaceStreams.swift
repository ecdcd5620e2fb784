import NIOCore
import Synchronization
import Ticketing

/// The streams of places, ticked once a second on their loops.
final class PlaceStreams: Sendable {
    /// Streams at most; more are refused, and ask instead.
    static let streamsMax = 20_000
    /// Streams of one customer at most: tabs and devices.
    static let streamsPerCustomerMax = 5
    static let tick = TimeAmount.seconds(1)

    /// Those of one loop. Used there only.
    private final class OnLoop {
        var streams: [ObjectIdentifier: PlaceStream] = [:]
        var ticker: RepeatedTask?
    }

    private struct State {
        var loops: [ObjectIdentifier: NIOLoopBound<OnLoop>] = [:]
        var count = 0
        var counts: [CustomerID: Int] = [:]
    }

    private let open: OpenStreams
    private let state = Mutex(State())

    /// What is open is counted among, and ended with, a gateway's other streams.
    init(open: OpenStreams) {
        self.open = open
    }

    /// Whether one more of the customer's may come.
    func hasRoom(for customer: CustomerID) -> Bool {
        state.withLock { $0.count < Self.streamsMax && $0.counts[customer, default: 0] < Self.streamsPerCustomerMax }
    }

    /// From the stream's loop.
    func add(_ stream: PlaceStream, on eventLoop: any EventLoop) {
        let mine = state.withLock { state in
            state.count += 1
            state.counts[stream.customer, default: 0] += 1
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
            let left = state.counts[stream.customer, default: 0] - 1
            state.counts[stream.customer] = left > 0 ? left : nil
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
