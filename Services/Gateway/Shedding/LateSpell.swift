import Synchronization

/// Tells a crowd that came at once (the viewers of a gateway that was restarted, say) from one that does not end: what
/// has been late for a moment only is being worked off, and nobody has to be refused for it.
final class LateSpell: Sendable {
    private struct State {
        var beganAt: ContinuousClock.Instant
        var lastAt: ContinuousClock.Instant
    }

    /// So long loops may be late before anybody is refused for it, and nobody is let in who would wait for longer.
    static let toleratedMax: Duration = .milliseconds(500)
    /// A spell is over when nobody was late for so long.
    static let calmMin: Duration = .seconds(1)

    /// Nil while nobody was late.
    private let state = Mutex<State?>(nil)

    /// One is late: whether that is to be put up with.
    func tolerates(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let beganAt = state.flatMap { now - $0.lastAt < Self.calmMin ? $0.beganAt : nil } ?? now
            state = State(beganAt: beganAt, lastAt: now)
            return now - beganAt <= Self.toleratedMax
        }
    }
}
