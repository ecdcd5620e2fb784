import ActorTransport
import Synchronization
import Telemetry
import Wire

/// One customer's hold while it waits for its call and while that is on its way. It ends once: with the call's answer, or
/// before, when its customer is gone or the time is over.
final class GatheredHold: Sendable {
    typealias Outcome = Result<Answer, any Error>

    private struct State {
        var outcome: Outcome?
        var caller: CheckedContinuation<Outcome, Never>?
        var wasUnknown = false
    }

    private let command: HoldCommand
    /// What the request's task carries.
    let context: CallContext
    let trace: TraceContext?
    let requestID: RequestID
    /// Where the request is worked on; its call is made there.
    let executor: (any TaskExecutor)?
    private let state = Mutex(State())

    /// The wish of the current task's request.
    init(_ command: HoldCommand, on executor: (any TaskExecutor)?) {
        let requestID = RequestID.current ?? .make()
        var command = command
        command.requestId = requestID.description
        self.command = command
        context = .current
        trace = .current
        self.requestID = requestID
        self.executor = executor
    }

    /// Roughly what it takes on its way.
    var bytes: Int {
        let words = [
            command.idempotencyKey, command.admissionToken, command.bestAvailable?.priceLevelId,
            command.bestAvailable?.sectionId,
        ]
        return words.reduce(400 + 7 * (command.seatIndexes?.count ?? 0)) { $0 + ($1?.utf8.count ?? 0) }
    }

    /// The wish, as it travels in a call whose last customer waits until `callDeadline`.
    func command(callDeadline: ContinuousClock.Instant?) -> HoldCommand {
        guard let callDeadline, let mine = context.deadline, mine < callDeadline else { return command }
        var command = command
        command.earlierMilliseconds = Int(((callDeadline - mine) / .milliseconds(1)).rounded(.up))
        return command
    }

    /// Whether somebody still waits for its outcome.
    var isOpen: Bool { state.withLock { $0.outcome == nil } }

    /// Whether its time is over.
    func isOverdue(at now: ContinuousClock.Instant) -> Bool { context.deadline.map { $0 <= now } ?? false }

    /// The one who waits is told the outcome, at its end.
    func tell(_ caller: CheckedContinuation<Outcome, Never>) {
        let known = state.withLock { state in
            if state.outcome == nil { state.caller = caller }
            return state.outcome
        }
        if let known { caller.resume(returning: known) }
    }

    /// It ends, if it has not.
    func end(_ outcome: Outcome) {
        let (caller, told) = state.withLock { state -> (CheckedContinuation<Outcome, Never>?, Outcome) in
            guard state.outcome == nil else { return (nil, outcome) }
            let told = state.wasUnknown ? outcome.unknownWhereFailed : outcome
            state.outcome = told
            defer { state.caller = nil }
            return (state.caller, told)
        }
        caller?.resume(returning: told)
    }

    /// The outcome is not known. True where it may be asked for once more.
    func becameUnknown() -> Bool {
        state.withLock { state in
            defer { state.wasUnknown = true }
            return !state.wasUnknown && state.outcome == nil
        }
    }
}

extension GatheredHold.Outcome {
    /// The same of what may have been done before: nothing that came of it later tells that it was not.
    fileprivate var unknownWhereFailed: GatheredHold.Outcome {
        guard case .failure(let error) = self, !(error is CancellationError) else { return self }
        return .failure(CallFailure(.outcomeUnknown, detail: "\(error)"))
    }
}
