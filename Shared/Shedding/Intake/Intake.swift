import Synchronization
public import Telemetry

/// What a listener takes in: an adaptive limit on requests in flight, with a short queue by priority in front of it.
///
/// Who is refused is told so at once, before anything was done for it, and after how many seconds to come again: at the
/// doorstep as a rule, where a request has nothing but its head.
public final class Intake: Sendable {
    /// What becomes of a request.
    public enum Answer: Sendable {
        /// It is taken in; its place has to be left when it ends.
        case entered(IntakeSlot)
        /// It is refused, and should come again after so many seconds.
        case refused(IntakeRefusal, retryAfterSeconds: Int)
    }

    /// Requests that are like each other, so that their latencies can be compared.
    public struct Kind: Sendable {
        let number: Int
    }

    private typealias Waiter = CheckedContinuation<IntakeRefusal?, Never>

    private struct State {
        var machine: IntakeStateMachine<Waiter>
        var pause: RetryPause
        /// Whether somebody looks after those who wait.
        var isWatched = false
    }

    /// How often those who wait are looked after.
    private static let watchInterval: Duration = .milliseconds(5)

    private let origin = ContinuousClock.now
    private let state: Mutex<State>
    private let metrics: IntakeMetrics
    private let urgent = Atomic<Int>(0)

    /// An intake; its name stands in the metrics.
    public init(_ name: String, settings: IntakeSettings, metrics registry: MetricsRegistry = Telemetry.metrics) {
        state = Mutex(
            State(
                machine: IntakeStateMachine(settings: settings),
                pause: RetryPause(seed: .random(in: .min ... .max))))
        metrics = IntakeMetrics(intake: name)
        let labels = [("intake", name)]
        registry.gauge("intake_limit", labels) { [weak self] in self?.count { $0.limit.current } ?? 0 }
        registry.gauge("intake_in_flight", labels) { [weak self] in self?.count { $0.inFlight } ?? 0 }
        registry.gauge("intake_elsewhere", labels) { [weak self] in self?.count { $0.elsewhere.reduce(0, +) } ?? 0 }
        registry.gauge("intake_queue_length", labels) { [weak self] in self?.count { $0.queue.count } ?? 0 }
    }

    /// One more kind of requests.
    public func kind() -> Kind {
        Kind(number: state.withLock { $0.machine.addKind() })
    }

    /// As many may be in flight at this moment.
    public var limit: Int { state.withLock { $0.machine.limit.current } }
    /// As many are.
    public var inFlight: Int { state.withLock { $0.machine.inFlight } }

    /// Whether more come than can be served.
    public var isOverloaded: Bool {
        let now = nanoseconds()
        return state.withLock { $0.machine.isOverloaded(at: now) }
    }

    /// Refusals of requests of high and critical priority, since the beginning.
    public var urgentRefusals: Int { urgent.load(ordering: .relaxed) }

    // MARK: At the doorstep

    /// A request of which there is nothing but its head: nil where it may come, and will be expected; else after how many
    /// seconds it should come again. `mustEnter` is for one that is not worth a wait.
    public func knock(_ kind: Kind, _ priority: RequestPriority, mustEnter: Bool = false) -> Int? {
        let now = nanoseconds()
        let told = state.withLock { state -> (refusal: IntakeRefusal, seconds: Int)? in
            let hasPlace = !mustEnter || state.machine.wouldEnter(priority, at: now)
            let refusal = hasPlace ? state.machine.knocked(kind.number, priority, at: now) : .full
            return refusal.map { ($0, state.pause.requestRefused(at: now)) }
        }
        guard let told else { return nil }
        count(told.refusal, priority)
        return told.seconds
    }

    // MARK: Requests

    /// Takes a request in, at once or after a moment, or refuses it. `deadline` is when its caller stops waiting;
    /// `hasKnocked` is false for one that had no doorstep to pass.
    public nonisolated(nonsending) func enter(
        _ kind: Kind, _ priority: RequestPriority, hasKnocked: Bool = true, deadline: ContinuousClock.Instant? = nil
    ) async -> Answer {
        let now = nanoseconds()
        let until = deadline.map { (origin.duration(to: $0)).nanoseconds } ?? .max
        guard until > now else { return refuse(.expired, priority) }
        let arrival = state.withLock { state in
            let arrival = state.machine.arrived(kind.number, priority, hasKnocked: hasKnocked, at: now)
            if arrival == .entered { state.pause.requestTaken(at: now) }
            return arrival
        }
        switch arrival {
        case .entered: return .entered(IntakeSlot(of: self, kind: kind.number, priority: priority, enteredAt: now))
        case .refused(let refusal): return refuse(refusal, priority)
        case .mustWait: return await wait(kind, priority, until: until, since: now)
        }
    }

    /// Refuses a request for a reason that the intake itself does not know; the answer as of ``enter(_:_:hasKnocked:deadline:)``.
    public func refuse(_ refusal: IntakeRefusal, _ priority: RequestPriority) -> Answer {
        count(refusal, priority)
        let now = nanoseconds()
        return .refused(refusal, retryAfterSeconds: state.withLock { $0.pause.requestRefused(at: now) })
    }

    private func count(_ refusal: IntakeRefusal, _ priority: RequestPriority) {
        metrics.requestRefused(refusal, priority)
        if priority <= .high { urgent.add(1, ordering: .relaxed) }
    }

    private nonisolated(nonsending) func wait(
        _ kind: Kind, _ priority: RequestPriority, until deadline: Int64, since: Int64
    ) async -> Answer {
        let refusal = await withCheckedContinuation { (waiter: Waiter) in
            let (told, mustWatch) = state.withLock { state in
                let told = state.machine.waits(waiter, priority, deadline: deadline, at: since)
                let mustWatch = !state.isWatched && !state.machine.queue.isEmpty
                if mustWatch { state.isWatched = true }
                return (told, mustWatch)
            }
            tell(told)
            if mustWatch { Task { await self.watch() } }
        }
        if let refusal { return refuse(refusal, priority) }
        let now = nanoseconds()
        metrics.requestWaited(nanoseconds: now - since)
        state.withLock { $0.pause.requestTaken(at: now) }
        let slot = IntakeSlot(of: self, kind: kind.number, priority: priority, enteredAt: now)
        guard !Task.isCancelled else {
            slot.leave(.untypical)
            return refuse(.expired, priority)
        }
        return .entered(slot)
    }

    // MARK: For slots

    func left(_ kind: Int, _ outcome: IntakeOutcome, enteredAt: Int64) {
        let now = nanoseconds()
        tell(state.withLock { $0.machine.left(kind, outcome, nanoseconds: now - enteredAt, at: now) })
    }

    func wentElsewhere(_ kind: Int) {
        let now = nanoseconds()
        tell(state.withLock { $0.machine.wentElsewhere(kind, at: now) })
    }

    func cameBack(_ kind: Int) {
        state.withLock { $0.machine.cameBack(kind) }
    }

    // MARK: Helpers

    /// Ends the wait of those who wait too long, until nobody waits.
    private func watch() async {
        while true {
            try? await Task.sleep(for: Self.watchInterval)
            let now = nanoseconds()
            let (told, isDone) = state.withLock { state in
                let told = state.machine.timePassed(at: now)
                if state.machine.queue.isEmpty { state.isWatched = false }
                return (told, !state.isWatched)
            }
            tell(told)
            if isDone { return }
        }
    }

    private func tell(_ told: IntakeStateMachine<Waiter>.Told) {
        for waiter in told.entered { waiter.resume(returning: nil) }
        for (waiter, refusal) in told.refused { waiter.resume(returning: refusal) }
    }

    private func count(_ count: (IntakeStateMachine<Waiter>) -> Int) -> Double {
        Double(state.withLock { count($0.machine) })
    }

    private func nanoseconds() -> Int64 {
        origin.duration(to: .now).nanoseconds
    }
}
