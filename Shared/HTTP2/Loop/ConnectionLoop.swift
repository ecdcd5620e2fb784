import DequeModule
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// What all connections of one event loop share: the executor, the list of connections to flush, the output buffer.
///
/// Work on a loop happens in *turns*: bytes are read or jobs run, then what came of it is flushed, once for each
/// connection. Buffers belong here and not to a connection, so that an idle connection holds none.
// Unchecked: it is made under the registry's lock, by which others come to see it. From any thread only `of` and `run` are
// called, which touch what never changes; all else is called by channel handlers, timers and jobs of this one loop.
final class ConnectionLoop: @unchecked Sendable {
    /// How often connections are asked to look at their clocks.
    static let tickMilliseconds: Int64 = 250

    private static let registry = Mutex<[ObjectIdentifier: ConnectionLoop]>([:])

    /// A turn that keeps finding work ends after so many rounds, so that the sockets get their share.
    private static let roundsMax = 16

    /// Requests whose handlers begin at once while the loop has not yet looked at all of its sockets. More of them wait
    /// for that, so that who is refused is not told late for the sake of who is not.
    private static let startsAtOnce = 4
    /// How long those who wait begin one after the other before the sockets are looked at again.
    private static let startsTime = TimeAmount.milliseconds(2)
    /// The event loop goes to its sockets only when no task is due: this is when the next one is.
    private static let socketsTime = TimeAmount.microseconds(20)

    let eventLoop: any EventLoop
    let executor: LoopExecutor

    /// Where answers are gathered before they are written; unique again as soon as the socket took them.
    private var output: ByteBuffer

    /// Where header fields are laid out for libnghttp2.
    var fields = FieldScratch()

    /// Where the head that is being read keeps its fields; empty while it does.
    var rawFields: [RawField] = []

    /// What the peers of this loop call their fields.
    var fieldNames = FieldNames()

    private var connections: [any LoopConnection] = []
    private var unflushed: [any LoopConnection] = []
    private var flushing: [any LoopConnection] = []
    private var ticker: RepeatedTask?
    /// Since when the loop looks at its sockets, and how many requests it found; nil where it found none.
    private var round: (beganAt: NIODeadline, requests: Int)?
    private var isRoundEndQueued = false
    private var startsInRound = 0
    private var starts = Deque<any LoopStart>()
    /// How long one of them takes, on average.
    private var startNanoseconds: Int64 = 0
    private var dateSecond: time_t = 0
    private var dateText = ""

    private init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        executor = LoopExecutor(eventLoop: eventLoop)
        output = ByteBufferAllocator().buffer(capacity: 16_384)
    }

    /// The one of `eventLoop`; made at the first call and kept as long as the process lives.
    static func of(_ eventLoop: any EventLoop) -> ConnectionLoop {
        registry.withLock { registry in
            let key = ObjectIdentifier(eventLoop)
            if let known = registry[key] { return known }
            let new = ConnectionLoop(eventLoop: eventLoop)
            new.executor.owner = new
            registry[key] = new
            return new
        }
    }

    /// Runs `body` on the loop: at once when already there, else as soon as the loop gets to it.
    func run(_ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop {
            turn(body)
        } else {
            eventLoop.execute { self.turn(body) }
        }
    }

    /// Does `body`, then the jobs and the writes that come of it. A turn within a turn is part of the outer one.
    func turn(_ body: () -> Void) {
        guard !executor.isInTurn else { return body() }
        executor.isInTurn = true
        body()
        var rounds = 0
        repeat {
            executor.runJobs()
            if !executor.hasJobs { flush() }
            rounds += 1
        } while rounds < Self.roundsMax && (executor.hasJobs || !unflushed.isEmpty)
        // Jobs that do not end hold back no answer.
        flush()
        executor.isInTurn = false
        if executor.hasJobs || !unflushed.isEmpty { executor.scheduleTurn(in: Self.socketsTime) }
    }

    /// Has `connection` flushed at the end of this turn.
    func queueFlush(_ connection: any LoopConnection) {
        guard !connection.isFlushQueued else { return }
        connection.isFlushQueued = true
        unflushed.append(connection)
        executor.scheduleTurn()
    }

    /// Counts a request in the loop's round, which began with its first request and ends when the loop has looked at all
    /// of its sockets.
    func countRequest() -> LoopRound {
        let now = NIODeadline.now()
        let counted = (beganAt: round?.beganAt ?? now, requests: (round?.requests ?? 0) + 1)
        queueRoundEnd()
        round = counted
        return LoopRound(
            elapsed: .nanoseconds((now - counted.beganAt).nanoseconds + Int64(starts.count) * startNanoseconds),
            requests: counted.requests + starts.count)
    }

    /// Has a request begin: now, or, where many do, when the loop has looked at all of its sockets.
    func start(_ newcomer: any LoopStart) {
        queueRoundEnd()
        guard starts.isEmpty, startsInRound < Self.startsAtOnce else { return starts.append(newcomer) }
        startsInRound += 1
        newcomer.begin()
    }

    private func queueRoundEnd() {
        guard !isRoundEndQueued else { return }
        isRoundEndQueued = true
        // Behind the sockets that are ready now.
        eventLoop.execute { self.roundEnded() }
    }

    private func roundEnded() {
        // Who comes in this turn is of the round as well, and asks for no other end of it.
        if !starts.isEmpty { turn { beginSome() } }
        round = nil
        startsInRound = 0
        isRoundEndQueued = !starts.isEmpty
        if isRoundEndQueued { eventLoop.scheduleTask(in: Self.socketsTime) { self.roundEnded() } }
    }

    private func beginSome() {
        let beganAt = NIODeadline.now()
        var now = beganAt
        var begun: Int64 = 0
        while now - beganAt < Self.startsTime, let next = starts.popFirst() {
            next.begin()
            begun += 1
            now = .now()
        }
        let each = (now - beganAt).nanoseconds / max(1, begun)
        startNanoseconds = startNanoseconds == 0 ? each : (3 * startNanoseconds + each) / 4
    }

    /// The output buffer, empty; to be given back after its write.
    func takeOutput() -> ByteBuffer {
        var taken = ByteBuffer()
        swap(&taken, &output)
        taken.clear(minimumCapacity: 16_384)
        return taken
    }

    func giveBack(_ output: ByteBuffer) {
        self.output = output
    }

    func add(_ connection: any LoopConnection) {
        connection.loopIndex = connections.count
        connections.append(connection)
        guard ticker == nil else { return }
        let period = TimeAmount.milliseconds(Self.tickMilliseconds)
        ticker = eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { [weak self] _ in
            self?.tick()
        }
    }

    func remove(_ connection: any LoopConnection) {
        let index = connection.loopIndex
        guard index >= 0, index < connections.count, connections[index] === connection else { return }
        connections[index] = connections[connections.count - 1]
        connections[index].loopIndex = index
        connections.removeLast()
        connection.loopIndex = -1
        guard connections.isEmpty else { return }
        ticker?.cancel()
        ticker = nil
    }

    /// The `Date` field's value (RFC 9110, 5.6.7), made once a second.
    func date() -> String {
        let now = time(nil)
        guard now != dateSecond else { return dateText }
        dateSecond = now
        var parts = tm()
        gmtime_r(&dateSecond, &parts)
        dateText = Self.httpDate(parts)
        return dateText
    }

    private static func httpDate(_ parts: tm) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        return "\(day) \(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    private func flush() {
        guard !unflushed.isEmpty else { return }
        swap(&unflushed, &flushing)
        for connection in flushing {
            connection.isFlushQueued = false
            connection.flushOutput()
        }
        flushing.removeAll(keepingCapacity: true)
    }

    private func tick() {
        turn {
            let now = NIODeadline.now()
            for connection in connections { connection.tick(at: now) }
        }
    }
}
