import Synchronization

/// A request's place among those in flight.
public final class IntakeSlot: Sendable {
    /// The place of the request that the current task works for; nil where there is no intake.
    @TaskLocal public static var current: IntakeSlot?

    let priority: RequestPriority
    private let intake: Intake
    private let kind: Int
    private let enteredAt: Int64
    private let isElsewhere = Atomic(false)
    private let wasElsewhere = Atomic(false)
    private let isLeft = Atomic(false)
    /// How it will have ended whatever its answer looks like; nil while nothing was noted.
    private let noted = Mutex<IntakeOutcome?>(nil)

    init(of intake: Intake, kind: Int, priority: RequestPriority, enteredAt: Int64) {
        self.intake = intake
        self.kind = kind
        self.priority = priority
        self.enteredAt = enteredAt
    }

    /// Gives the place back; once. What was noted meanwhile counts in place of the outcome.
    public func leave(_ outcome: IntakeOutcome) {
        guard !isLeft.exchange(true, ordering: .relaxed) else { return }
        let ended = noted.withLock { $0 } ?? outcome
        let counts = ended.weighed(priority, wasElsewhere: wasElsewhere.load(ordering: .relaxed))
        intake.left(kind, counts, enteredAt: enteredAt)
    }

    /// Notes for the request of the current task that it tells nothing usual: it was answered from memory, say, where
    /// others ask a database; or that a service behind refused it.
    public static func note(_ outcome: IntakeOutcome) {
        current?.noted.withLock { $0 = outcome }
    }

    /// Waits for somebody outside, on whom it does not depend how many requests can be worked on here: meanwhile the
    /// current task's request gives its place to another, and its time does not count.
    public nonisolated(nonsending) static func elsewhere<Result>(
        _ work: nonisolated(nonsending) () async throws -> Result
    ) async rethrows -> Result {
        guard let slot = current, !slot.isLeft.load(ordering: .relaxed),
            !slot.isElsewhere.exchange(true, ordering: .relaxed)
        else { return try await work() }
        note(.untypical)
        slot.wasElsewhere.store(true, ordering: .relaxed)
        slot.intake.wentElsewhere(slot.kind)
        defer {
            slot.intake.cameBack(slot.kind)
            slot.isElsewhere.store(false, ordering: .relaxed)
        }
        return try await work()
    }
}
