import HTTP2
import NIOCore
import Ticketing
import WaitingRoom
import Wire

/// One customer's place as a stream of events: as often as it would be asked for, and at once when the turn comes.
///
/// Lives on the connection's loop. It is asked for its next event when the socket has room, and says one when it is
/// due; its loop's ticker wakes it then. A customer counts as seen with each event that was taken.
final class PlaceStream: ResponseSource, DrainedStream {
    /// No stream is silent for longer.
    static let silenceMax = 15.0

    private enum State {
        /// → leaving, over
        case telling
        /// The last words are said. → over
        case leaving([ByteBuffer])
        case over
    }

    private let token: EntryToken
    private let line: FollowedLine
    private let answers: PlaceAnswers
    private let streams: PlaceStreams
    private let waker: ResponseWaker
    private var state = State.telling
    private var dueAt = ContinuousClock.now

    /// Lives on the waker's loop.
    init(
        _ token: EntryToken, in line: FollowedLine, answers: PlaceAnswers, waker: ResponseWaker, streams: PlaceStreams
    ) {
        self.token = token
        self.line = line
        self.answers = answers
        self.streams = streams
        self.waker = waker
        streams.add(self, on: waker.eventLoop)
    }

    /// Whose place it is.
    var customer: CustomerID { token.customerID }

    func next(upTo bytesMax: Int) -> ResponseSourceStep {
        switch state {
        case .telling: return dueAt <= .now ? tell() : .wait
        case .leaving(let words):
            guard let first = words.first else { return .end }
            state = .leaving(Array(words.dropFirst()))
            return .bytes(first)
        case .over: return .wait
        }
    }

    func stalled() -> ByteBuffer? {
        try? StreamWire.events.farewell(.slow).last
    }

    func closed() {
        state = .over
        streams.remove(self, on: waker.eventLoop)
    }

    /// The gateway stops: the customer is told to come again; the place stays.
    func leave() {
        sayFarewell(.draining)
    }

    /// Its ticker looks: whether there is something to say.
    func tick(at now: ContinuousClock.Instant) {
        guard case .telling = state else { return }
        if !line.isOn { return sayFarewell(.over) }
        if dueAt > now, line.isCalled(token.number) { dueAt = now }
        if dueAt <= now { waker.wake() }
    }

    private func tell() -> ResponseSourceStep {
        let resource = answers.resource(token, in: line, tellsToken: false)
        guard let data = try? WireJSON.encode(resource) else { return .breakOff }
        dueAt = .now + .seconds(min(resource.pollAfterSeconds, Self.silenceMax))
        switch resource.state {
        case .gathering, .waiting: break
        // What is left to say the customer knows: until when the turn lasts.
        case .admitted, .expired: state = .leaving((try? StreamWire.events.farewell(.over)) ?? [])
        }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(data.count + 32)
        bytes.writeStaticString("event: place\ndata: ")
        bytes.writeBytes(data)
        bytes.writeStaticString("\n\n")
        return .bytes(bytes)
    }

    private func sayFarewell(_ closing: StreamClosing) {
        guard case .telling = state else { return }
        state = .leaving((try? StreamWire.events.farewell(closing)) ?? [])
        waker.wake()
    }
}
