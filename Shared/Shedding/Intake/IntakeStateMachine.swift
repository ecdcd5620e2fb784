/// Who may enter, who waits for a place and who is refused; times are nanoseconds of one clock.
///
/// Below the share of its priority a request enters. Above it, it waits: in a *burst*, a crowd that came at once, for as
/// long as it is sure to be served in bounded time; in an *overload*, when more come than that, for a moment only, and who
/// comes when as many wait already as are served in that moment is refused as it knocks, before anything was done for it.
/// An overload begins when the queue has grown for some hundredths of a second by more than a limit that rises may make up
/// for; it ends a second after the last one who was refused or waited in vain.
struct IntakeStateMachine<Waiter> {
    /// What is to be done with a newcomer.
    enum Arrival: Equatable {
        case entered
        case mustWait
        case refused(IntakeRefusal)
    }

    /// Who is to be told that the wait is over.
    struct Told {
        var entered: [Waiter] = []
        var refused: [(waiter: Waiter, refusal: IntakeRefusal)] = []
    }

    static var overloadNanoseconds: Int64 { 1_000_000_000 }
    /// A crowd that came at once is served by then; a queue that still stands is one that never ends.
    static var standingNanoseconds: Int64 { 1_000_000_000 }
    /// How long one may wait in such a queue: those who come again only when they were served make one that stands, and is
    /// not too long.
    static var standingWait: Int64 { 105_000_000 }
    /// Of the places that become free while somebody waits, one in so many goes to the last priority that waits: it is
    /// served late, and not never.
    static var outOfTurn: Int { 32 }

    private let queueMax: Int
    /// By rank, as all that follows a priority.
    private let sharePercents: [Int]
    private let elsewhereMax: [Int]
    private let burstWait: Int64
    private let overloadWait: Int64
    private(set) var limit: ConcurrencyLimit
    private(set) var inFlight = 0
    /// Of each kind.
    private(set) var elsewhere: [Int] = []
    private(set) var queue = IntakeQueue<Waiter>()
    private var expected = ExpectedRequests()
    private var pace = QueuePace()
    private var growth = QueueGrowth()
    private var overloadedUntil = Int64.min
    private var placesFreed = 0

    init(settings: IntakeSettings) {
        queueMax = settings.queueMax
        sharePercents = RequestPriority.allCases.map { settings.sharePercents[$0] ?? 100 }
        elsewhereMax = RequestPriority.allCases.map { settings.elsewhereMax[$0] ?? IntakeSettings.elsewhereMaxUsual }
        burstWait = settings.burstWait.nanoseconds
        overloadWait = settings.overloadWait.nanoseconds
        limit = ConcurrencyLimit(settings: settings)
    }

    /// There is one more kind of requests; its number.
    mutating func addKind() -> Int {
        elsewhere.append(0)
        return limit.addKind()
    }

    /// Whether more come than can be served.
    func isOverloaded(at now: Int64) -> Bool { now < overloadedUntil }

    /// Whether a request of this priority has to wait for nobody.
    func wouldEnter(_ priority: RequestPriority) -> Bool {
        !queue.hasSomebody(before: priority) && hasPlace(for: priority)
    }

    /// The same for one that has just knocked, with room for those who are expected.
    mutating func wouldEnter(_ priority: RequestPriority, at now: Int64) -> Bool {
        expected.timePassed(at: now)
        return wouldEnter(priority, beside: expected.count)
    }

    private func wouldEnter(_ priority: RequestPriority, beside expected: Int) -> Bool {
        !queue.hasSomebody(before: priority) && hasPlace(for: priority, beside: expected)
    }

    // MARK: Events

    /// A request knocked, of which there is nothing but its head: why it is refused, nil where it may come. One that may
    /// is expected to arrive.
    mutating func knocked(_ kind: Int, _ priority: RequestPriority, at now: Int64) -> IntakeRefusal? {
        guard elsewhere[kind] < elsewhereMax[priority.rank] else { return .elsewhere }
        if !wouldEnter(priority, at: now), isFull(for: priority, at: now) {
            limit.turnedAway()
            overloadedUntil = now + Self.overloadNanoseconds
            return .full
        }
        expected.letIn(priority)
        return nil
    }

    /// A request came; nobody is expected less for one that did not knock.
    mutating func arrived(
        _ kind: Int, _ priority: RequestPriority, hasKnocked: Bool = true, at now: Int64
    ) -> Arrival {
        if hasKnocked { expected.arrived(priority) }
        guard elsewhere[kind] < elsewhereMax[priority.rank] else { return .refused(.elsewhere) }
        guard wouldEnter(priority) else {
            limit.turnedAway()
            return .mustWait
        }
        enter()
        return .entered
    }

    /// A request that must wait begins to; it may be among those that are told at once.
    mutating func waits(
        _ waiter: Waiter, _ priority: RequestPriority, deadline: Int64, at now: Int64
    ) -> Told {
        if queue.isEmpty {
            pace.queueBegan(at: now)
            growth.queueBegan(at: now)
        }
        growth.came(at: now)
        queue.add(waiter, of: priority, deadline: deadline, at: now)
        var told = Told()
        fill(&told, at: now)
        if !isOverloaded(at: now), isTooLong(at: now) || queue.count > queueMax {
            overloadedUntil = now + Self.overloadNanoseconds
        }
        if isOverloaded(at: now) { displace(&told, at: now) }
        return told
    }

    /// A request left; its latency counts if it was served as such requests are.
    mutating func left(_ kind: Int, _ outcome: IntakeOutcome, nanoseconds: Int64, at now: Int64) -> Told {
        switch outcome {
        case .served: limit.served(kind, nanoseconds: nanoseconds)
        case .refusedBehind: limit.refusedBehind()
        case .untypical: limit.answered()
        case .unserved: break
        }
        inFlight -= 1
        limit.departed(leaving: inFlight, at: now)
        return placeFreed(at: now)
    }

    /// A request gives its place to others while it waits for somebody outside.
    mutating func wentElsewhere(_ kind: Int, at now: Int64) -> Told {
        inFlight -= 1
        elsewhere[kind] += 1
        return placeFreed(at: now)
    }

    /// It goes on, whether there is a place or not: much was done for it.
    mutating func cameBack(_ kind: Int) {
        elsewhere[kind] -= 1
        enter()
    }

    /// Time passed: who waited as long as they may give up.
    mutating func timePassed(at now: Int64) -> Told {
        var told = Told()
        for priority in RequestPriority.allCases {
            while let oldest = queue.oldest(of: priority), now - oldest.cameAt > patience(of: priority, at: now) {
                _ = queue.takeOldest(of: priority)
                told.refused.append((oldest.waiter, .waited))
                overloadedUntil = now + Self.overloadNanoseconds
            }
        }
        fill(&told, at: now)
        return told
    }

    // MARK: Helpers

    private func hasPlace(for priority: RequestPriority, beside expected: Int = 0) -> Bool {
        inFlight + expected < places(for: priority)
    }

    private func places(for priority: RequestPriority) -> Int {
        max(1, limit.current * sharePercents[priority.rank] / 100)
    }

    /// Whether a newcomer would wait in vain. It stands behind those of its own priority and of the ones before it; those
    /// below it make room.
    private func isFull(for priority: RequestPriority, at now: Int64) -> Bool {
        let ahead = queue.count(before: priority) + expected.count(before: priority)
        let free = max(0, places(for: priority) - inFlight)
        guard ahead < queueMax + free else { return true }
        guard isOverloaded(at: now), priority != .critical else { return false }
        return ahead - queue.count(of: .critical) >= capacity(at: now) + free
    }

    private mutating func enter() {
        inFlight += 1
        limit.reached(inFlight)
    }

    private mutating func placeFreed(at now: Int64) -> Told {
        var told = Told()
        guard !queue.isEmpty else { return told }
        pace.placeFreed(at: now)
        growth.went(at: now)
        placesFreed += 1
        if placesFreed % Self.outOfTurn == 0, inFlight < limit.current, let last = queue.last {
            admit(last, &told, at: now)
        }
        fill(&told, at: now)
        return told
    }

    /// Lets in as many as there are places for, the first priority first.
    private mutating func fill(_ told: inout Told, at now: Int64) {
        // A lower priority's share is smaller: where the first one has no place, nobody has.
        while let first = queue.first, hasPlace(for: first) { admit(first, &told, at: now) }
        endQueueIfEmpty(at: now)
    }

    private mutating func admit(_ priority: RequestPriority, _ told: inout Told, at now: Int64) {
        guard let entry = queue.takeOldest(of: priority) else { return }
        if entry.deadline <= now {
            told.refused.append((entry.waiter, .expired))
        } else {
            enter()
            told.entered.append(entry.waiter)
        }
    }

    /// Those who can't be served in time make room: of the last priority the one who waited longest. As long as others
    /// can go, one of each stays, for its turn out of turn.
    private mutating func displace(_ told: inout Told, at now: Int64) {
        let room = capacity(at: now)
        while patientCount > room || queue.count > queueMax {
            guard let last = queue.lastCrowded ?? queue.last, let entry = queue.takeOldest(of: last) else { return }
            told.refused.append((entry.waiter, .full))
            overloadedUntil = now + Self.overloadNanoseconds
        }
        endQueueIfEmpty(at: now)
    }

    private mutating func endQueueIfEmpty(at now: Int64) {
        guard queue.isEmpty else { return }
        pace.queueEnded(at: now)
        growth.queueEnded()
    }

    /// Whether more wait than can be served in time. While the limit may rise soon, the pace of before says little.
    private func isTooLong(at now: Int64) -> Bool {
        let isYoung = pace.standing(at: now) < Self.standingNanoseconds
        let freed = pace.served(within: 1_000_000_000, at: now)
        if isYoung, limit.maySoonServe(growth.cameForEach, freedPerSecond: freed) { return false }
        if patientCount > capacity(at: now) { return true }
        // What grows on and on is refused while it is short, so that who is refused hears of it at once.
        let short = max(limit.current, pace.served(within: overloadWait, at: now) ?? queueMax)
        return growth.isGrowing && growth.cameForEach > limit.excessMost && patientCount > short
    }

    /// Those who wait and are not critical: these count for the queue's whole length only.
    private var patientCount: Int { queue.count - queue.count(of: .critical) }

    /// So many can wait and be served in time.
    private func capacity(at now: Int64) -> Int {
        var wait = burstWait
        if isOverloaded(at: now) {
            // What was known before the queue was empty for a moment is still known.
            return min(queueMax, max(1, pace.lately(within: overloadWait, at: now) ?? queueMax))
        } else if pace.standing(at: now) >= Self.standingNanoseconds {
            wait = min(burstWait, Self.standingWait)
        }
        return min(queueMax, max(1, pace.served(within: wait, at: now) ?? queueMax))
    }

    private func patience(of priority: RequestPriority, at now: Int64) -> Int64 {
        priority != .critical && isOverloaded(at: now) ? overloadWait : burstWait
    }
}
