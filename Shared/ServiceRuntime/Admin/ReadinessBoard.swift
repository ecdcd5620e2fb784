import Synchronization

/// What a service needs before it may be sent work, by name; it drains before it stops.
public final class ReadinessBoard: Sendable {
    /// Nil while all is well, else why not, for an operator; it must answer at once.
    public typealias Check = @Sendable () -> String?

    /// What an operator may want to know, in a few words; it must answer at once.
    public typealias Note = @Sendable () -> String

    private struct State {
        var checks: [(name: String, check: Check)] = []
        var notes: [(name: String, note: Note)] = []
        var isDraining = false
    }

    private let state = Mutex(State())

    /// A board without checks, which is ready.
    public init() {}

    /// Adds a check that is asked each time.
    public func register(_ name: String, check: @escaping Check) {
        state.withLock { $0.checks.append((name, check)) }
    }

    /// Adds what is told beside the reasons; nothing depends on it.
    public func note(_ name: String, note: @escaping Note) {
        state.withLock { $0.notes.append((name, note)) }
    }

    /// What is told beside the reasons, each as `name: note`.
    public var notes: [String] {
        state.withLock { $0.notes }.map { "\($0.name): \($0.note())" }
    }

    /// Says that no more work is wanted; it can't be taken back.
    public func beginDraining() {
        state.withLock { $0.isDraining = true }
    }

    /// Whether the service is going away.
    public var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Whether work is wanted.
    public var isReady: Bool { reasons.isEmpty }

    /// Why no work is wanted, each as `name: reason`; empty when it is.
    public var reasons: [String] {
        // The checks run outside the lock: one of them may ask the board.
        let (checks, isDraining) = state.withLock { ($0.checks, $0.isDraining) }
        var reasons: [String] = []
        if isDraining { reasons.append("service: draining") }
        for (name, check) in checks {
            if let reason = check() { reasons.append("\(name): \(reason)") }
        }
        return reasons
    }
}
