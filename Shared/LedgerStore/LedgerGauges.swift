import Metrics
public import Postgres

/// Shows what waits for the ledger in this process: what tells whether more replicas would help.
public struct LedgerGauges: Sendable {
    /// How often it is looked at.
    public static let interval: Duration = .milliseconds(500)

    private let pool: PostgresPool
    private let door: PerformanceDoor

    /// Looks at a pool and the door that uses it.
    public init(pool: PostgresPool, door: PerformanceDoor) {
        self.pool = pool
        self.door = door
    }

    /// Looks until it is cancelled.
    public func run() async {
        let doorWaiting = Gauge(label: "door_items_waiting")
        let doorLongest = Gauge(label: "door_longest_wait_seconds")
        let connections = Gauge(label: "postgres_connections")
        let inUse = Gauge(label: "postgres_connections_in_use")
        let inFlight = Gauge(label: "postgres_statements_in_flight")
        let waiting = Gauge(label: "postgres_waiting")
        let longest = Gauge(label: "postgres_longest_wait_seconds")
        let suspended = Gauge(label: "postgres_writes_suspended")
        let suspensions = Gauge(label: "postgres_write_suspensions")
        while !Task.isCancelled {
            let (doorLoad, poolLoad) = (await door.load(), await pool.load())
            doorWaiting.record(doorLoad.waiting)
            doorLongest.record(doorLoad.longestWait / .seconds(1))
            connections.record(poolLoad.connections)
            inUse.record(poolLoad.connectionsInUse)
            inFlight.record(poolLoad.statementsInFlight)
            waiting.record(poolLoad.waiting)
            longest.record(poolLoad.longestWait / .seconds(1))
            suspended.record(poolLoad.areWritesSuspended ? 1 : 0)
            suspensions.record(poolLoad.writeSuspensions)
            try? await Task.sleep(for: Self.interval)
        }
    }
}
