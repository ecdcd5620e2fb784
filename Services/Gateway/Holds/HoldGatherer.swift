import ActorTransport
import Contracts
import Metrics
import Shedding
import Synchronization
import Telemetry
import Ticketing
import Wire

/// Gathers the holds that come for one performance, so that many cross to seat-reservation as one call.
///
/// A call that fails fails each of its holds as a call of its own would have. A customer who goes away, or whose time is
/// over, is not waited for, and what the others are told does not depend on it.
final class HoldGatherer: Sendable {
    /// Carries a call.
    typealias Carrier = @Sendable (HoldsCommand) async throws -> HoldsAnswer

    /// The holds of one performance; there is one as long as holds wait or are on their way, and so never more than
    /// requests.
    private struct Line {
        var gathering: HoldGathering<GatheredHold>
        var onTheirWay: [Int: [GatheredHold]] = [:]
        var isWindowWatched = false
    }

    private struct State {
        var lines: [PerformanceID: Line] = [:]
        var lastCall = 0
        var isTimeWatched = false
    }

    /// A call that is to go.
    private struct Call {
        let number: Int
        let performance: PerformanceID
        let holds: [GatheredHold]
    }

    private static let holdsPerCall = Recorder(label: "holds_per_call")

    private let settings: HoldGatheringSettings
    private let carry: Carrier
    private let now: @Sendable () -> ContinuousClock.Instant
    private let pause: @Sendable (Duration) async -> Void
    private let state = Mutex(State())

    /// Gathers for a carrier; clock and pause are others in tests.
    init(
        settings: HoldGatheringSettings = HoldGatheringSettings(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        carry: @escaping Carrier
    ) {
        precondition((1...HoldsCommand.holdsMax).contains(settings.holdsMax), "a call of so many holds is refused")
        precondition(settings.callsMax > 0 && settings.waitingMax > 0, "a gatherer that lets nothing through")
        self.settings = settings
        self.now = now
        self.pause = pause
        self.carry = carry
    }

    /// Gathers for the replicas of seat-reservation.
    convenience init(actors: ContractActors) {
        self.init { try await actors.seatMap($0.performanceId).holdTogether($0) }
    }

    /// Performances with holds that wait or are on their way.
    var lineCount: Int { state.withLock { $0.lines.count } }

    /// Holds that wait for a performance's next call.
    func waitingCount(of performance: PerformanceID) -> Int {
        state.withLock { $0.lines[performance]?.gathering.holdsWaiting.count ?? 0 }
    }

    /// Claims seats of a performance for the current task's request; throws a `CallFailure`, or that the task was
    /// cancelled. `executor` is where the request is worked on.
    nonisolated(nonsending) func hold(
        _ command: HoldCommand, in performance: PerformanceID, on executor: (any TaskExecutor)? = nil
    ) async throws -> Answer {
        let hold = GatheredHold(command, on: executor)
        // One wait and no function around it: each that a task enters and leaves asks anew where it is to run.
        let outcome = await withTaskCancellationHandler {
            take(hold, for: performance)
            return await withCheckedContinuation { hold.tell($0) }
        } onCancel: {
            hold.end(.failure(CancellationError()))
        }
        return try outcome.get()
    }

    // MARK: Gathering

    private func take(_ hold: GatheredHold, for performance: PerformanceID) {
        let now = now()
        let (isTaken, mustWatch) = state.withLock { state in
            let isTaken = state.lines[performance, default: Line(gathering: HoldGathering(settings: settings))]
                .gathering.came(hold, bytes: hold.bytes, at: now)
            guard isTaken else { return (false, false) }
            defer { state.isTimeWatched = true }
            return (true, !state.isTimeWatched)
        }
        guard isTaken else {
            return hold.end(.failure(CallFailure(.overloaded, detail: "too many holds wait for this performance")))
        }
        goOn(performance)
        if mustWatch { Task.detached { await self.watchTime() } }
    }

    /// Sends what is to go, and sees to it that what waits is looked at again.
    private func goOn(_ performance: PerformanceID) {
        while let call = nextCall(performance) { send(call) }
        let window = state.withLock { state -> Duration? in
            guard let line = state.lines[performance] else { return nil }
            if line.gathering.isIdle { state.lines[performance] = nil }
            guard !line.isWindowWatched, let end = line.gathering.windowEndsAt else { return nil }
            state.lines[performance]?.isWindowWatched = true
            return end - now()
        }
        guard let window else { return }
        Task.detached {
            await self.pause(window)
            self.state.withLock { $0.lines[performance]?.isWindowWatched = false }
            self.goOn(performance)
        }
    }

    private func nextCall(_ performance: PerformanceID) -> Call? {
        let now = now()
        return state.withLock { state in
            guard let holds = state.lines[performance]?.gathering.nextCall(at: now) else { return nil }
            state.lastCall += 1
            state.lines[performance]?.onTheirWay[state.lastCall] = holds
            return Call(number: state.lastCall, performance: performance, holds: holds)
        }
    }

    private func returned(_ call: Call) {
        state.withLock { state in
            state.lines[call.performance]?.onTheirWay[call.number] = nil
            state.lines[call.performance]?.gathering.returned()
        }
        goOn(call.performance)
    }

    // MARK: Calls

    /// A call outlives every request in it: it is a task of its own.
    private func send(_ call: Call) {
        Task.detached(executorPreference: call.holds.first?.executor) {
            await self.make(call)
            self.returned(call)
        }
    }

    private func make(_ call: Call) async {
        let askedAt = now()
        for hold in call.holds where hold.isOverdue(at: askedAt) {
            hold.end(.failure(CallFailure(.expired, detail: "no time is left for a call")))
        }
        let holds = call.holds.filter(\.isOpen)
        guard let first = holds.first else { return }
        Self.holdsPerCall.record(holds.count)
        // Who waits longest decides how long the call does; the others are let go before.
        let deadlines = holds.compactMap(\.context.deadline)
        let deadline = deadlines.count == holds.count ? deadlines.max() : nil
        let context = CallContext(deadline: deadline, priority: holds.map(\.context.priority).min() ?? .medium)
        let command = HoldsCommand(
            performanceId: call.performance, holds: holds.map { $0.command(callDeadline: deadline) })
        do {
            let answer = try await CallContext.$current.withValue(context) {
                try await TraceContext.$current.withValue(first.trace) {
                    try await RequestID.$current.withValue(first.requestID) { try await carry(command) }
                }
            }
            try tell(holds, answer, of: call, askedAt)
        } catch {
            for hold in holds { hold.end(.failure(error)) }
        }
    }

    private func tell(
        _ holds: [GatheredHold], _ answer: HoldsAnswer, of call: Call, _ askedAt: ContinuousClock.Instant
    ) throws(CallFailure) {
        guard answer.holds.count == holds.count else {
            throw CallFailure(.malformed, detail: "\(answer.holds.count) answers to \(holds.count) holds")
        }
        for (hold, told) in zip(holds, answer.holds) {
            switch told {
            case .answered(let answer): hold.end(.success(answer))
            case .refused(let number) where answer.shared.indices.contains(number):
                hold.end(.success(answer.shared[number].answer(requestID: hold.requestID.description)))
            case .refused(let number):
                hold.end(.failure(CallFailure(.malformed, detail: "there is no shared refusal \(number)")))
            case .failed(let failure): fail(hold, failure.callFailure, of: call, askedAt)
            }
        }
    }

    /// A call of its own whose outcome is not known is repeated by its carrier, unless that took long; so is a hold.
    private func fail(
        _ hold: GatheredHold, _ failure: CallFailure, of call: Call, _ askedAt: ContinuousClock.Instant
    ) {
        if failure.code == .outcomeUnknown, hold.becameUnknown(), now() <= askedAt + settings.unknownRepeatedWithin {
            take(hold, for: call.performance)
        } else {
            hold.end(.failure(failure))
        }
    }

    // MARK: Time

    /// Lets those go whose time is over, until nobody waits.
    private func watchTime() async {
        while true {
            await pause(settings.lookInterval)
            let now = now()
            let (waiting, asked, isDone) = state.withLock { state in
                var waiting: [GatheredHold] = []
                var asked: [GatheredHold] = []
                for performance in state.lines.keys {
                    let isOver = { (hold: GatheredHold) in hold.isOverdue(at: now) || !hold.isOpen }
                    waiting += state.lines[performance]?.gathering.holdsWaiting.filter(isOver) ?? []
                    state.lines[performance]?.gathering.removeAll(where: isOver)
                    asked += state.lines[performance]?.onTheirWay.values.joined().filter(isOver) ?? []
                    if state.lines[performance]?.gathering.isIdle ?? false { state.lines[performance] = nil }
                }
                if state.lines.isEmpty { state.isTimeWatched = false }
                return (waiting, asked, state.lines.isEmpty)
            }
            for hold in waiting {
                hold.end(.failure(CallFailure(.expired, detail: "the time was over before there was a call")))
            }
            for hold in asked {
                hold.end(.failure(CallFailure(.outcomeUnknown, detail: "the time was over before the answer came")))
            }
            if isDone { return }
        }
    }
}
