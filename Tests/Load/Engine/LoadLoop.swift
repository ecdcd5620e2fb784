import DequeModule
import LoadModel
import Synchronization
import Ticketing
import ViewerCrowd

/// One thread's part of a run: its connections, its share of those who come, and where each of them is. Used on that
/// thread alone; instants are nanoseconds since the first arrival may come.
final class LoadLoop: LoadConnectionOwner {
    /// Somebody on the way.
    struct Walker {
        var journey: Journey
        /// In which the journey began.
        var phase: Int
        var isQueueing = false
        /// What it wants to have done.
        var attempt: Attempt?
        /// What a timer wakes: not somebody else who took the place meanwhile.
        var isHere = true
    }

    /// A request that is given up on when its time is over.
    struct Deadline {
        let slot: RequestSlot
        let turn: Int
        let at: Int64
    }

    /// People of a kind: handed on at each event, which costs a copy of all their members without this.
    final class Kind: Sendable {
        let people: ScenarioPeople

        init(_ people: ScenarioPeople) { self.people = people }
    }

    let plan: LoadPlan
    let kinds: [Kind]
    let shares: [Double]
    let writer: RequestWriter
    let poller = Poller()
    /// Each in its place; nil while one is to be opened again.
    var connections: [LoadConnection?] = []
    var reopenAt: [Int64]
    /// The connection that is given requests now, and how many it was given since its turn came.
    var nextConnection = 0
    var given = 0
    var flushQueue: [LoadConnection] = []
    var headers = HeaderScratch()

    var slots: [RequestSlot] = []
    var freeSlots: [RequestSlot] = []
    var deadlines = Deque<Deadline>()
    /// Requests for which no connection had room.
    var waiting = Deque<Deadline>()
    var inFlight = 0

    var walkers = ContiguousArray<Walker>()
    var freeWalkers: [Int] = []
    var walkersHere = 0
    var queueing = 0
    var timers = TimerHeap()

    var schedule: ArrivalSchedule
    var nextArrival: Int64?
    var arrived: UInt64 = 0
    var random: SeededRandom
    var board: SeatBoard
    var boardReadAt = Int64.min / 2
    var tally: LoadTally
    var marks: [MapLagBook.Mark] = []

    /// When the first arrival may come, by the clock; what comes before is negative.
    var startedAt: Int64 = .max
    var isEnding = false
    /// When the sale opens.
    var opensAt: Int64 = 0
    /// The second that is counted now, and the processor time at its beginning.
    var second: Int64 = 0
    var processorAtSecond: Int64 = 0
    let exchange: LoadExchange
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)

    /// Arrivals of one turn, and people who wake in it: what is laid out first waits for the last.
    private static let duePerTurnMax = 128
    /// From one turn to the next: what is due and what is answered within it shares its system calls. With a turn for each
    /// they were two fifths of what a request cost this program.
    private static let turnNanoseconds: Int64 = 1_000_000
    private static let sleepMax: Int64 = 5_000_000

    init(plan: LoadPlan, exchange: LoadExchange) {
        self.plan = plan
        self.exchange = exchange
        kinds = plan.scenario.people.map { Kind($0) }
        shares = plan.scenario.people.map(\.share)
        writer = RequestWriter(performance: plan.target.performance)
        let seed = plan.scenario.seed &* 1_000_003 &+ UInt64(plan.thread)
        schedule = ArrivalSchedule(
            plan.stretches, pattern: plan.scenario.arrivals, seed: seed, share: 1 / Double(plan.threads))
        random = SeededRandom(seed: ~seed)
        board = SeatBoard(seatCount: plan.target.seatCount, hasRoom: plan.target.hasRoom)
        tally = LoadTally(phases: plan.scenario.phases.count)
        reopenAt = [Int64](repeating: .min, count: plan.connections)
    }

    deinit { buffer.deallocate() }

    var now: Int64 { LoadClock.now - startedAt }

    // MARK: The thread

    /// Connects, waits for the beginning, and plays to the end.
    func run() {
        if plan.isUrgent { ThreadPriority.raise(besides: plan.threads) }
        connections = [LoadConnection?](repeating: nil, count: plan.connections)
        startedAt = LoadClock.now
        while !isConnected, now < LoadPlan.connectNanosecondsMax, !exchange.isStopped { idle() }
        exchange.connected(connections.count { $0?.isReady == true })
        var begin = exchange.beginsAt
        while begin == nil, !exchange.isStopped {
            idle()
            begin = exchange.beginsAt
        }
        guard let begin else { return exchange.end(tally) }
        startedAt = begin
        opensAt = plan.target.opensAt.unixMicroseconds * 1_000 - LoadClock.wall + now
        reopenAt = reopenAt.map { _ in .min }
        processorAtSecond = LoadClock.processor
        nextArrival = schedule.next()
        while !isOver { turn() }
        closeSecond()
        exchange.end(tally)
    }

    private var isConnected: Bool { connections.allSatisfy { $0?.isReady == true } }

    /// Before the beginning.
    private func idle() {
        reopen(now)
        poller.wait(nanoseconds: Self.sleepMax) { mark, events in
            connections[Int(mark)]?.happened(events, into: buffer)
        }
        flushAll()
    }

    /// One round: who is due comes and wakes, what is late is given up on, what is to be sent goes out, what came is
    /// read.
    private func turn() {
        let now = now
        if now / 1_000_000_000 != second, now >= 0 { closeSecond() }
        let isLate = arrive(by: now)
        let isBehind = wake(by: now) || isLate
        giveUp(by: now)
        reopen(now)
        flushAll()
        if given > 0 { passConnection() }
        if !isBehind { LoadClock.sleep(until: startedAt + now + Self.turnNanoseconds) }
        let next = min(
            nextArrival ?? .max, timers.next ?? .max, deadlines.first?.at ?? .max, (second + 1) * 1_000_000_000)
        poller.wait(nanoseconds: isBehind ? 0 : min(max(next - self.now, 0), Self.sleepMax)) { mark, events in
            connections[Int(mark)]?.happened(events, into: buffer)
        }
        if now > plan.endsAt || exchange.isStopped { isEnding = true }
    }

    private var isOver: Bool {
        guard inFlight == 0 else { return false }
        return isEnding || (nextArrival == nil && walkersHere == 0 && now > plan.phasesEndAt)
    }

    // MARK: What is due

    /// Lets those begin whose time has come; true if there are more than fit into a turn.
    private func arrive(by now: Int64) -> Bool {
        var left = Self.duePerTurnMax
        while let at = nextArrival, at <= now, !isEnding {
            guard left > 0 else { return true }
            left -= 1
            begin(at: at, now)
            nextArrival = schedule.next()
        }
        return false
    }

    /// Wakes those whose time has come; true if there are more than fit into a turn.
    private func wake(by now: Int64) -> Bool {
        for _ in 0..<Self.duePerTurnMax {
            guard let (token, at) = timers.popDue(now) else { return false }
            guard walkers[token].isHere else { preconditionFailure("somebody is woken who has gone") }
            count(lag: now - at, at: at)
            let kind = kinds[walkers[token].journey.kind]
            let action = walkers[token].journey.woke(kind.people, at: at, seeing: board)
            perform(action, of: token, intendedAt: at, now)
        }
        return timers.next.map { $0 <= now } ?? false
    }

    private func giveUp(by now: Int64) {
        while let first = deadlines.first, first.at <= now {
            deadlines.removeFirst()
            guard first.slot.turn == first.turn, first.slot.journey >= 0 else { continue }
            let connection = first.slot.connection
            if let connection {
                connection.cancel(first.slot)
                queueFlush(connection)
            }
            finish(first.slot, .lost(.late), now)
            // Where all that a connection had under way is given up, no end of a stream tells of its room.
            if let connection { connectionHasRoom(connection) }
        }
    }

    /// Opens connections anew that were lost, each after a while.
    private func reopen(_ now: Int64) {
        for place in connections.indices where connections[place] == nil && reopenAt[place] <= now {
            reopenAt[place] = now + LoadPlan.reopenNanoseconds
            connections[place] = LoadConnection(
                place: place, to: plan.target.address, from: plan.source(of: place), poller: poller, owner: self)
        }
    }

    // MARK: Sending

    func queueFlush(_ connection: LoadConnection) {
        guard !connection.isFlushQueued else { return }
        connection.isFlushQueued = true
        flushQueue.append(connection)
    }

    private func flushAll() {
        while !flushQueue.isEmpty {
            var queue: [LoadConnection] = []
            swap(&queue, &flushQueue)
            for connection in queue { connection.flush() }
        }
    }

    // MARK: Seconds

    /// Ends the second that is counted, and tells how it was.
    private func closeSecond() {
        let processor = LoadClock.processor
        let at = second * 1_000_000_000
        tally[secondOf: at].processorMicroseconds += (processor - processorAtSecond) / 1_000
        tally[secondOf: at].inFlight = inFlight
        tally[secondOf: at].queueing = queueing
        processorAtSecond = processor
        exchange.tell(second: Int(second), tally[secondOf: at], journeys: walkersHere, marks: marks)
        marks.removeAll(keepingCapacity: true)
        second = max(second + 1, now / 1_000_000_000)
    }
}
