/// Whether writes are let through. Who is stuck in a commit looks like who waits for a lock: when a connection that owes
/// an answer falls silent, a commit without content, the *probe*, tells one from the other.
struct WriteBreakerStateMachine {
    enum State: Equatable {
        /// → suspecting
        case closed
        /// The probe is to connect, and then to commit, by then. → suspecting, closed, open
        case suspecting(until: ContinuousClock.Instant)
        /// → closed
        case open
    }

    enum Action: Equatable {
        case none
        /// Commit something without content, and tell how long it took.
        case probe
        /// The same after a pause.
        case probeLater
        /// Refuse writes. The probe stays under way.
        case open
        /// The probe is not needed any more.
        case release
        /// Take writes again; the probe is not needed any more.
        case close
    }

    private(set) var state = State.closed
    /// How often writes came to be refused.
    private(set) var openings = 0
    private let patience: Duration

    /// A probe that takes longer than `patience` to connect, or then to commit, shows that commits are stuck.
    init(patience: Duration) {
        self.patience = patience
    }

    /// When to call `timePassed`.
    var deadline: ContinuousClock.Instant? {
        if case .suspecting(let until) = state { until } else { nil }
    }

    /// A connection owes an answer and has long said nothing.
    mutating func silenceSeen(at now: ContinuousClock.Instant) -> Action {
        switch state {
        case .closed:
            state = .suspecting(until: now + patience)
            return .probe
        case .suspecting, .open: return .none
        }
    }

    /// The probe has a connection, and is on its way.
    mutating func probeSent(at now: ContinuousClock.Instant) {
        if case .suspecting = state { state = .suspecting(until: now + patience) }
    }

    /// Everybody was answered, whatever became of the probe: nobody is stuck.
    mutating func silenceEnded() -> Action {
        guard case .suspecting = state else { return .none }
        state = .closed
        return .release
    }

    mutating func timePassed(to now: ContinuousClock.Instant) -> Action {
        switch state {
        case .suspecting(let until) where until <= now:
            state = .open
            openings += 1
            return .open
        case .closed, .suspecting, .open: return .none
        }
    }

    mutating func probeCommitted(after duration: Duration) -> Action {
        switch state {
        case .closed: return .none
        case .suspecting:
            // Commits end: somebody waits for a lock, or reads for long.
            state = .closed
            return .release
        case .open:
            // One that was stuck itself proves only that the way is free from now on.
            guard duration <= patience else { return .probe }
            state = .closed
            return .close
        }
    }

    /// The server answered the probe with an error, and so is not stuck; whether it commits is not known.
    mutating func probeRefused() -> Action {
        switch state {
        case .closed: return .none
        case .suspecting:
            state = .closed
            return .release
        case .open: return .probeLater
        }
    }

    /// The probe's connection ended before the answer.
    mutating func probeLost() -> Action {
        switch state {
        case .closed: .none
        case .suspecting, .open: .probe
        }
    }

    /// Connections lead to another server than the probe's.
    mutating func serverChanged() -> Action {
        switch state {
        case .closed: .none
        case .suspecting, .open: .probe
        }
    }
}
