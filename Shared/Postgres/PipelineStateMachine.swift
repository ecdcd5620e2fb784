import DequeModule

/// What one connection owes: the units sent on it, oldest first, and how far the server's answers have come.
///
/// A unit is one or more steps and the Sync that commits them. It is complete only when the Sync is answered:
/// before that, nothing of it is durable (deferred constraints fail there, a standby is waited for there).
struct PipelineStateMachine<Unit, Rows> {
    enum Step: Equatable {
        case prepare
        case statement
    }

    enum Outcome {
        case rows([Rows])
        /// Nothing was done; the error came at this step, or at the Sync (`nil`).
        case failed(ServerError, step: Int?)
        /// Committed here, perhaps nowhere else.
        case uncertain(String)
    }

    enum Action {
        case none
        case complete(Unit, Outcome)
        /// The server answered what nobody asked.
        case close(String)
    }

    /// A unit whose connection ended before its Sync was answered.
    struct Lost {
        let unit: Unit
        /// The error that the server told for it before the end.
        let error: ServerError?
        /// The server ended the connection before it came to this unit.
        let isKnownUndone: Bool
    }

    private struct Entry {
        let unit: Unit
        let steps: [Step]
        var position = 0
        var isStepAnswered = false
        var rows: [Rows] = []
        var failure: (error: ServerError, step: Int?)?
        var commitWarning: String?

        /// The error that says that nothing was done. A server that ends the connection behind the last step's answer
        /// may have committed: a COMMIT is a step.
        var knownError: ServerError? {
            guard let failure, failure.step != nil || !failure.error.endsConnection else { return nil }
            return failure.error
        }

        var outcome: Outcome {
            if let failure { return .failed(failure.error, step: failure.step) }
            if let commitWarning { return .uncertain(commitWarning) }
            return .rows(rows)
        }
    }

    private var entries: Deque<Entry> = []

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }
    var units: some Sequence<Unit> { entries.lazy.map(\.unit) }

    mutating func unitSent(_ unit: Unit, steps: [Step]) {
        precondition(!steps.isEmpty, "a unit without steps")
        entries.append(Entry(unit: unit, steps: steps))
    }

    mutating func rowsReceived(_ rows: @autoclosure () -> Rows) -> Action {
        guard let head = entries.first, head.position < head.steps.count else {
            return .close("rows that nobody asked for")
        }
        entries[0].isStepAnswered = true
        switch head.steps[head.position] {
        case .prepare: break
        case .statement: entries[0].rows.append(rows())
        }
        return .none
    }

    mutating func errorReceived(_ error: ServerError) -> Action {
        guard let head = entries.first else { return .close("an error that nobody caused: \(error.message)") }
        entries[0].isStepAnswered = true
        if head.failure == nil {
            entries[0].failure = (error, head.position < head.steps.count ? head.position : nil)
        }
        return .none
    }

    /// The server skipped a step because an earlier one of its unit failed.
    mutating func abortedReceived() -> Action {
        guard let head = entries.first, head.failure != nil else { return .close("a step skipped without an error") }
        entries[0].isStepAnswered = true
        return .none
    }

    /// libpq's null result: all of a step's answer is there. It also says so when there is nothing to wait for.
    mutating func stepEnded() {
        guard let head = entries.first, head.isStepAnswered else { return }
        entries[0].isStepAnswered = false
        if head.position < head.steps.count { entries[0].position += 1 }
    }

    mutating func commitWarningReceived(_ message: String) {
        guard !entries.isEmpty else { return }
        entries[0].commitWarning = message
    }

    mutating func syncReceived() -> Action {
        guard let head = entries.popFirst() else { return .close("a Sync that nobody sent") }
        guard head.failure != nil || head.position == head.steps.count else {
            return .close("a Sync before the answers to its unit")
        }
        return .complete(head.unit, head.outcome)
    }

    mutating func connectionLost() -> [Lost] {
        let endedByServer = entries.first?.failure?.error.endsConnection ?? false
        let lost = entries.enumerated().map { index, entry in
            Lost(unit: entry.unit, error: entry.knownError, isKnownUndone: index > 0 && endedByServer)
        }
        entries.removeAll()
        return lost
    }
}
