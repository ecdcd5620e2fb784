/// What a pool does at one instant.
public struct PoolLoad: Sendable, Hashable {
    /// Connections that are up.
    public var connections = 0
    /// Those of them that somebody waits for.
    public var connectionsInUse = 0
    /// Statements sent on shared connections and not yet answered.
    public var statementsInFlight = 0
    /// Statements and transactions that wait for a connection.
    public var waiting = 0
    /// Since when the first of them waits.
    public var longestWait = Duration.zero
    /// Whether writes are refused because commits are stuck.
    public var areWritesSuspended = false
    /// How often that began.
    public var writeSuspensions = 0
}

extension PoolCore {
    func load() -> PoolLoad {
        var load = machine.load
        let now = ContinuousClock.now
        load.areWritesSuspended = areWritesSuspended
        load.writeSuspensions = breaker?.openings ?? 0
        load.longestWait = machine.waiting.map { now - $0.queuedAt }.max() ?? .zero
        return load
    }
}
