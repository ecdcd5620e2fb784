import Logging
import SocketLoop

/// The pool's state, on the loop's thread: it asks the pool's state machine and performs what that answers.
actor PoolCore {
    typealias Answer = PostgresUnit.Answer
    typealias AnswerCaller = CheckedContinuation<Answer, Never>

    enum Request {
        case unit(PostgresUnit)
        case lease(LeaseRequest)
    }

    struct LeaseID: Hashable {
        let value: UInt64
    }

    /// A connection that one caller has alone.
    final class Lease {
        let slot: Int
        var hasBegun = false
        var isLost = false

        init(slot: Int) {
            self.slot = slot
        }
    }

    nonisolated let loop: SocketLoop
    nonisolated let status = PoolStatus()
    let settings: PostgresSettings
    private let logger: Logger
    private(set) var machine: PoolStateMachine<Request>
    private var connections: [PostgresConnection] = []
    private var leases: [LeaseID: Lease] = [:]
    private var lastLeaseID: UInt64 = 0
    private var isDispatching = false
    private var checkTimer: (timer: LoopTimer, at: ContinuousClock.Instant)?
    private var isStopping = false
    private var readyWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiterID: UInt64 = 0
    private var lastLoggedReason: String?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(settings: PostgresSettings, loop: SocketLoop, logger: Logger) {
        self.settings = settings
        self.loop = loop
        self.logger = logger
        machine = PoolStateMachine(
            connectionsMax: settings.connectionsMax, inFlightMax: settings.statementsInFlightPerConnectionMax,
            queueMax: settings.queueMax)
    }

    // MARK: Life

    func start() {
        precondition(connections.isEmpty, "a pool runs once")
        guard !isStopping else { return }
        for slot in 0..<settings.connectionsMax {
            let connection = PostgresConnection(
                slot: slot, settings: settings, loop: loop,
                resolve: { slot, host, attempt in self.resolve(host, for: slot, attempt: attempt) },
                onEvent: { slot, event in self.handle(event, of: slot) })
            connections.append(connection)
        }
        for connection in connections { connection.start() }
    }

    /// Refuses new work, lets the work under way end for a while, closes.
    func stop() async {
        if !isStopping {
            isStopping = true
            status.set(ready: false, reason: "stopping")
            let deadline = ContinuousClock.now + .milliseconds(settings.drainMilliseconds)
            while !isDrained, ContinuousClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(5))
            }
            let unsent = machine.removeWaiting { _ in true }
            for request in unsent { request.fail(.notConnected, "the pool was stopped") }
            for connection in connections { connection.stop() }
            for (_, lease) in leases { lease.isLost = true }
            // They hold the pool, and the pool them.
            connections = []
            for (_, waiter) in readyWaiters { waiter.resume() }
            readyWaiters = [:]
        }
    }

    private var isDrained: Bool {
        machine.waitingCount == 0 && leases.isEmpty && connections.allSatisfy(\.isIdle)
    }

    func waitUntilReady() async {
        lastWaiterID += 1
        let id = lastWaiterID
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if status.isReady || isStopping || Task.isCancelled { return continuation.resume() }
                readyWaiters[id] = continuation
            }
        } onCancel: {
            Task { await self.endWaiting(id) }
        }
    }

    private func endWaiting(_ id: UInt64) {
        readyWaiters.removeValue(forKey: id)?.resume()
    }

    // MARK: Work

    /// Runs a unit on whichever connection is least busy.
    func run(_ commands: [PostgresCommand], isRepeatable: Bool, deadline: ContinuousClock.Instant?) async -> Answer {
        await withCheckedContinuation { continuation in
            let now = ContinuousClock.now
            let unit = PostgresUnit(
                commands, role: .shared(isRepeatable: isRepeatable), deadline: deadline ?? now + defaultDeadline,
                queuedAt: now, continuation: continuation)
            if isStopping { return unit.answer(.failure(Self.stopped)) }
            guard machine.statementRequested(.unit(unit)) else { return unit.answer(.failure(exhausted)) }
            dispatchAtTickEnd()
            checkDeadlines(by: waitingEnd(unit.deadline, queuedAt: now, isConnected: machine.hasConnection))
        }
    }

    func lease(deadline: ContinuousClock.Instant?) async -> Result<LeaseID, PostgresFailure> {
        await withCheckedContinuation { continuation in
            let request = LeaseRequest(
                deadline: deadline ?? .now + defaultDeadline, continuation: continuation)
            if isStopping { return request.answer(.failure(Self.stopped)) }
            guard machine.leaseRequested(.lease(request)) else { return request.answer(.failure(exhausted)) }
            dispatchAtTickEnd()
            let isConnected = machine.hasConnection
            checkDeadlines(
                by: waitingEnd(request.deadline, queuedAt: request.queuedAt, isConnected: isConnected))
        }
    }

    /// Runs commands on a leased connection; the first ones of a transaction bring its BEGIN along.
    func run(
        _ commands: [PostgresCommand], on id: LeaseID, inTransaction: Bool, isRepeatable: Bool,
        deadline: ContinuousClock.Instant?
    ) async -> Answer {
        let role: PostgresUnit.Role = inTransaction ? .inTransaction : .inSession(isRepeatable: isRepeatable)
        var begins = false
        let answer = await withCheckedContinuation { (caller: AnswerCaller) in
            let lease = usedLease(id)
            begins = inTransaction && !lease.hasBegun
            lease.hasBegun = true
            send(begins ? [.plain("BEGIN")] + commands : commands, role, on: lease, deadline: deadline, caller)
        }
        return begins ? answer.map { Array($0.dropFirst()) } : answer
    }

    func runScript(_ sql: String, on id: LeaseID, deadline: ContinuousClock.Instant?) async -> Answer {
        let deadline = deadline ?? .now + .seconds(86_400)
        return await withCheckedContinuation { continuation in
            let lease = usedLease(id)
            let unit = PostgresUnit(
                [], role: .inSession(isRepeatable: false), deadline: deadline, continuation: continuation)
            if lease.isLost { return unit.answer(.failure(Self.leaseLost)) }
            connections[lease.slot].sendScript(sql, unit)
            checkDeadlines(by: deadline)
        }
    }

    /// Ends a leased transaction; `nil` when it is committed.
    func commit(_ id: LeaseID, deadline: ContinuousClock.Instant?) async -> PostgresFailure? {
        var isEmpty = false
        let answer = await withCheckedContinuation { (caller: AnswerCaller) in
            guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a transaction ended twice") }
            isEmpty = !lease.hasBegun && !lease.isLost
            if isEmpty {
                returnLease(of: lease.slot)
                caller.resume(returning: .success([]))
            } else {
                send([.plain("COMMIT")], .commit, on: lease, deadline: deadline, caller)
            }
        }
        if isEmpty { return nil }
        switch answer {
        case .failure(let failure): return failure
        case .success(let rows):
            // The server answers the COMMIT of a transaction that failed earlier with a ROLLBACK.
            if rows.first?.commandTag == "COMMIT" { return nil }
            return .server(ServerError(sqlState: "25P02", message: "the transaction had failed and was rolled back"))
        }
    }

    /// Ends a leased transaction without waiting for the server.
    func rollBack(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a transaction ended twice") }
        if lease.isLost { return }
        if lease.hasBegun { cleanUp(lease.slot, "ROLLBACK") } else { returnLease(of: lease.slot) }
    }

    /// Ends a lease without a transaction: whatever the session holds (locks, settings) is given back.
    func endSession(_ id: LeaseID) {
        guard let lease = leases.removeValue(forKey: id) else { preconditionFailure("a session ended twice") }
        if lease.isLost { return }
        guard connections[lease.slot].isIdle else {
            return connections[lease.slot].giveUp("a session was left with statements under way")
        }
        connections[lease.slot].forgetPrepared()
        cleanUp(lease.slot, "DISCARD ALL")
    }

    private func usedLease(_ id: LeaseID) -> Lease {
        if let lease = leases[id] { return lease } else { preconditionFailure("used after its closure had ended") }
    }

    // Looks at the lease and sends in one go: between two steps of a task its connection may be lost and made anew.
    private func send(
        _ commands: [PostgresCommand], _ role: PostgresUnit.Role, on lease: Lease,
        deadline: ContinuousClock.Instant?, _ caller: AnswerCaller
    ) {
        let deadline = deadline ?? .now + defaultDeadline
        let unit = PostgresUnit(commands, role: role, deadline: deadline, continuation: caller)
        if lease.isLost { return unit.answer(.failure(Self.leaseLost)) }
        connections[lease.slot].send(unit)
        checkDeadlines(by: deadline)
    }

    private func cleanUp(_ slot: Int, _ sql: String) {
        let deadline = ContinuousClock.now + defaultDeadline
        connections[slot].send(PostgresUnit([.plain(sql)], role: .cleanUp, deadline: deadline, continuation: nil))
        checkDeadlines(by: deadline)
    }

    private func returnLease(of slot: Int) {
        machine.leaseReturned(slot: slot)
        dispatchAtTickEnd()
    }

    // MARK: Dispatch

    private func dispatchAtTickEnd() {
        guard !isDispatching else { return }
        isDispatching = true
        loop.atTickEnd {
            self.isDispatching = false
            self.dispatch()
        }
    }

    private func dispatch() {
        while true {
            switch machine.next() {
            case .none: return
            case .send(.unit(let unit), let slot): connections[slot].send(unit)
            case .lease(.lease(let request), let slot):
                lastLeaseID += 1
                let id = LeaseID(value: lastLeaseID)
                leases[id] = Lease(slot: slot)
                request.answer(.success(id))
            case .send(.lease, _), .lease(.unit, _): preconditionFailure("a request in the wrong queue")
            }
        }
    }

    private func handle(_ event: PostgresConnection.Event, of slot: Int) {
        let connection = connections[slot]
        switch event {
        case .ready:
            machine.connectionReady(slot: connection.slot)
            becameReady()
            dispatchAtTickEnd()
        case .ended(let unit): ended(unit, connection)
        case .lost(let reason):
            machine.connectionLost(slot: connection.slot)
            for (_, lease) in leases where lease.slot == connection.slot { lease.isLost = true }
            logger.warning("database connection lost", metadata: ["reason": "\(reason)"])
            if !machine.hasConnection, !isStopping { status.set(ready: false, reason: reason) }
            dispatchAtTickEnd()
            checkDeadlines(by: .now)
        case .attemptFailed(let reason):
            if !machine.hasConnection, !isStopping { status.set(ready: false, reason: reason) }
            if reason != lastLoggedReason {
                lastLoggedReason = reason
                logger.warning("database not reached; trying on", metadata: ["reason": "\(reason)"])
            }
        }
    }

    private func ended(_ unit: PostgresUnit, _ connection: PostgresConnection) {
        switch unit.role {
        case .shared:
            machine.statementEnded(slot: connection.slot)
            dispatchAtTickEnd()
        case .inTransaction, .inSession: break
        case .commit, .cleanUp:
            guard connection.isIdle, connection.isOutsideTransaction else {
                return connection.giveUp("a session did not come back into a fresh state")
            }
            returnLease(of: connection.slot)
        }
    }

    private func becameReady() {
        if lastLoggedReason != nil { logger.info("database reached") }
        lastLoggedReason = nil
        if isStopping { return }
        status.set(ready: true, reason: nil)
        for (_, waiter) in readyWaiters { waiter.resume() }
        readyWaiters = [:]
    }

    private func resolve(_ host: String, for slot: Int, attempt: Int) {
        if host.hasPrefix("/") {
            // Found at once, yet told later: the connection is still in the middle of asking.
            loop.atTickEnd { self.resolved([host], for: slot, attempt: attempt) }
            return
        }
        Task {
            resolved(await HostResolver.addresses(of: host), for: slot, attempt: attempt)
        }
    }

    private func resolved(_ addresses: [String], for slot: Int, attempt: Int) {
        if connections.indices.contains(slot) { connections[slot].addressesFound(addresses, attempt: attempt) }
    }

    // MARK: Deadlines

    private var defaultDeadline: Duration { .milliseconds(settings.deadlineMilliseconds) }

    /// One timer for all deadlines: at the earliest, whoever's time is over is answered, and the next is found.
    private func checkDeadlines(by instant: ContinuousClock.Instant) {
        if let checkTimer {
            if checkTimer.at <= instant { return }
            loop.cancel(checkTimer.timer)
        }
        let timer = loop.schedule(at: instant) {
            self.checkTimer = nil
            self.checkDeadlines()
        }
        checkTimer = (timer, instant)
    }

    private func checkDeadlines() {
        let now = ContinuousClock.now
        let isConnected = machine.hasConnection
        let over = machine.removeWaiting { end(of: $0, isConnected: isConnected) <= now }
        for request in over {
            if isConnected || request.deadline <= now {
                request.fail(.deadlineExceeded, "the deadline passed in the queue")
            } else {
                request.fail(.notConnected, status.reason ?? "no connection to the database is ready")
            }
        }
        let checks =
            connections.compactMap { $0.deadlinesChecked(at: now) }
            + machine.waiting.map { end(of: $0, isConnected: isConnected) }
        if let next = checks.min() { checkDeadlines(by: next) }
    }

    private func end(of request: Request, isConnected: Bool) -> ContinuousClock.Instant {
        switch request {
        case .unit(let unit): waitingEnd(unit.deadline, queuedAt: unit.queuedAt, isConnected: isConnected)
        case .lease(let lease): waitingEnd(lease.deadline, queuedAt: lease.queuedAt, isConnected: isConnected)
        }
    }

    /// While there is no connection at all, nobody waits for longer than the settings say.
    private func waitingEnd(
        _ deadline: ContinuousClock.Instant, queuedAt: ContinuousClock.Instant, isConnected: Bool
    ) -> ContinuousClock.Instant {
        if isConnected { return deadline }
        return min(deadline, queuedAt + .milliseconds(settings.connectionWaitMilliseconds))
    }

    private var exhausted: PostgresFailure {
        PostgresFailure(.poolExhausted, "\(settings.queueMax) statements wait already", isRetrySafe: true)
    }

    private static let stopped = PostgresFailure(.notConnected, "the pool was stopped", isRetrySafe: true)
    private static let leaseLost = PostgresFailure(
        .connectionLost, "the connection was lost earlier: nothing was committed", isRetrySafe: true)
}
