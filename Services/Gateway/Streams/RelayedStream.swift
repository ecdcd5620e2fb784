import HTTP2
import Metrics
import NIOCore
import Wire

/// One viewer's stream, passed on from realtime-push's on the viewer's own loop, a message whenever its socket has room.
///
/// A stream that breaks off or drains goes on at another replica from the last message that was passed on; its viewer
/// notices nothing but a pause.
final class RelayedStream: ResponseSource, ResponseBodyReader, DrainedStream {
    private static let resumed = Counter(label: "streams_resumed_total")
    private static let slow = Counter(label: "viewers_closed_total", dimensions: [("reason", "slow")])
    private static let moved = Counter(label: "viewers_closed_total", dimensions: [("reason", "moved")])
    private static let draining = Counter(label: "viewers_closed_total", dimensions: [("reason", "draining")])

    private enum State {
        /// → lost, leaving, over
        case passing(ClientResponseBody)
        /// What came of the replica's stream is still passed on. → resuming, leaving, over
        case lost
        /// → passing, leaving, over
        case resuming(Task<Void, Never>)
        /// The last words are said. → over
        case leaving([ByteBuffer])
        case over
    }

    private let stream: SeatStream
    private let wire: StreamWire
    private let waker: ResponseWaker
    private let relay: StreamRelay
    private var state = State.lost
    private var position: SeatsPosition?
    private var frames = StreamFrameReader()
    /// What the replica sent and was not given credit for again, in bytes.
    private var owedBytes = 0

    /// Lives on the waker's loop.
    init(
        of stream: SeatStream, after position: SeatsPosition?, beginning first: ClientResponseBody, by wire: StreamWire,
        waker: ResponseWaker, relay: StreamRelay
    ) {
        self.stream = stream
        self.position = position
        self.wire = wire
        self.waker = waker
        self.relay = relay
        relay.open.add(self, on: waker.eventLoop)
        pass(first)
    }

    // MARK: From the replica

    func received(_ chunk: ByteBuffer) {
        guard case .passing = state else { return }
        owedBytes += chunk.readableBytes
        if !frames.append(chunk) { lose() }
        waker.wake()
    }

    func ended() {
        guard case .passing = state else { return }
        state = .lost
        waker.wake()
    }

    // MARK: For the viewer

    func next(upTo bytesMax: Int) -> ResponseSourceStep {
        switch state {
        case .passing, .lost:
            if let frame = nextFrame() { return .bytes(wire.bytes(of: frame)) }
            if case .lost = state { resume() }
            return .wait
        case .leaving(let words):
            guard let first = words.first else { return .end }
            state = .leaving(Array(words.dropFirst()))
            return .bytes(first)
        case .resuming, .over:
            return .wait
        }
    }

    func stalled() -> ByteBuffer? {
        Self.slow.increment()
        return try? wire.farewell(.slow).last
    }

    func closed() {
        let before = state
        state = .over
        letGo(of: before)
        relay.open.remove(self)
    }

    /// The gateway stops: the viewer is told to come again.
    func leave() {
        sayFarewell(.draining, counting: Self.draining)
    }

    // MARK: Helpers

    private func nextFrame() -> StreamFrame? {
        let frame = frames.next()
        // A message that is not whole needs credit for the rest of it.
        giveBack(frame?.bytes.readableBytes ?? owedBytes)
        // The replica's farewell is no viewer's business.
        guard frame?.event != "closing" else {
            lose()
            return nil
        }
        position = frame?.position ?? position
        return frame
    }

    private func giveBack(_ bytes: Int) {
        let bytes = min(bytes, owedBytes)
        owedBytes -= bytes
        if case .passing(let body) = state { body.taken(bytes) }
    }

    private func pass(_ body: ClientResponseBody) {
        // A body of another loop is left to that loop; one that is asked for here arrives here.
        guard body.eventLoop === waker.eventLoop else { return body.cancel() }
        state = .passing(body)
        body.read(by: self)
    }

    /// The replica's stream is of no use any more, nor is what is left of it.
    private func lose() {
        let before = state
        state = .lost
        frames = StreamFrameReader()
        letGo(of: before)
    }

    private func resume() {
        frames = StreamFrameReader()
        owedBytes = 0
        let bound = NIOLoopBound(self, eventLoop: waker.eventLoop)
        let executor = LoopExecutor.of(waker.eventLoop)
        state = .resuming(
            Task(executorPreference: executor) { [relay, stream, position] in
                let body = await relay.resumed(stream, after: position)
                bound.value.goOn(with: body)
            })
    }

    private func goOn(with body: ClientResponseBody?) {
        guard case .resuming = state else { return }
        guard let body else { return sayFarewell(.moved, counting: Self.moved) }
        Self.resumed.increment()
        state = .lost
        pass(body)
        waker.wake()
    }

    private func sayFarewell(_ closing: StreamClosing, counting counter: Counter) {
        let before = state
        switch before {
        case .leaving, .over: return
        case .passing, .lost, .resuming: counter.increment()
        }
        state = .leaving((try? wire.farewell(closing)) ?? [])
        letGo(of: before)
        waker.wake()
    }

    private func letGo(of state: State) {
        switch state {
        case .passing(let body): body.cancel()
        case .resuming(let task): task.cancel()
        case .lost, .leaving, .over: break
        }
    }
}
