public import HTTP2
import Synchronization

/// The replicas of one service: whom to ask for a name, who is left alone for a while, and how often calls may be
/// repeated. Which replica is asked never decides anything: affinity makes batches larger, and that is all.
public final class ReplicaDirectory: Sendable {
    private struct State {
        var roster: ReplicaRoster
        var retries: RetryBudget
        var isInDoubt = false
    }

    private let state: Mutex<State>

    /// A list that is known, or none yet.
    public init(
        _ replicas: [Endpoint] = [], settings: DirectorySettings = DirectorySettings(),
        at now: ContinuousClock.Instant = .now
    ) {
        var roster = ReplicaRoster(settings: settings)
        roster.replace(by: replicas)
        let retries = RetryBudget(
            share: settings.retryShare, perSecondMin: settings.retriesPerSecondMin, at: now)
        state = Mutex(State(roster: roster, retries: retries))
    }

    /// The replicas now.
    public var replicas: [Endpoint] { state.withLock { $0.roster.replicas } }

    /// The list changed.
    public func replace(by replicas: [Endpoint]) {
        state.withLock { $0.roster.replace(by: replicas) }
    }

    /// Whom to ask for a name, the first choice in front; all of them stand in it but those whom the hash puts first,
    /// `skips` of them. `meeting`: however busy the first choice is.
    public func ranking(
        for name: String, meeting: Bool = false, skipping skips: Int = 0, at now: ContinuousClock.Instant = .now
    ) -> [Endpoint] {
        state.withLock { $0.roster.ranking(for: name, meeting: meeting, skipping: skips, at: now) }
    }

    // MARK: Calls

    /// A call for a name is made that may have to be repeated.
    ///
    /// - Returns: whom to ask, as ``ranking(for:meeting:skipping:at:)``.
    public func callBegan(
        for name: String, meeting: Bool = false, skipping skips: Int = 0, at now: ContinuousClock.Instant = .now
    ) -> [Endpoint] {
        state.withLock { state in
            state.retries.callBegan(at: now)
            return state.roster.ranking(for: name, meeting: meeting, skipping: skips, at: now)
        }
    }

    /// Whether a call may be repeated now; it is counted.
    public func takeRetry(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { $0.retries.takeRetry(at: now) }
    }

    /// A replica is being asked.
    public func attemptBegan(_ replica: Endpoint) {
        state.withLock { $0.roster.callBegan(replica) }
    }

    /// It is not any more; `answered`, be it with a failure, or not.
    public func attemptEnded(_ replica: Endpoint, answered: Bool, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            state.roster.callEnded(replica)
            if answered { state.roster.answered(replica, at: now) }
        }
    }

    // MARK: Health

    /// A replica answered, a failure perhaps.
    public func answered(_ replica: Endpoint, at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.roster.answered(replica, at: now) }
    }

    /// A replica did not.
    ///
    /// - Returns: for how long it is asked last because of that; nil when it is not.
    @discardableResult
    public func failed(
        _ replica: Endpoint, _ fault: ReplicaFault = .unreachable, at now: ContinuousClock.Instant = .now,
        jitter: Double = .random(in: 0..<1)
    ) -> Duration? {
        state.withLock { state in
            state.isInDoubt = true
            return state.roster.failed(replica, fault, at: now, jitter: jitter)
        }
    }

    /// Whether a replica failed since the last question: its name may have other addresses by now.
    func takeDoubt() -> Bool {
        state.withLock { state in
            defer { state.isInDoubt = false }
            return state.isInDoubt
        }
    }
}
