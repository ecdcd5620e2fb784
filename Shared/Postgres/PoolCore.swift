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

    /// Which of the hosts a new connection tries otherwise than in their order.
    enum HostPreference {
        case inOrder
        case first(PostgresHost)
        case last(PostgresHost)
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
    var machine: PoolStateMachine<Request>
    private(set) var connections: [PostgresConnection] = []
    // Stuck in commits: they take nothing more, and go when they have answered.
    private var aside: [PostgresConnection] = []
    private(set) var breaker: WriteBreaker?
    var leases: [LeaseID: Lease] = [:]
    private var lastLeaseID: UInt64 = 0
    private var isDispatching = false
    private var checkTimer: (timer: LoopTimer, at: ContinuousClock.Instant)?
    private(set) var isStopping = false
    private var readyWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiterID: UInt64 = 0
    // Each reason is logged once until the database is reached; with several hosts they take turns.
    private var loggedReasons: Set<String> = []
    // Who waits for a host's addresses.
    private var resolving: [UInt64: (connection: PostgresConnection, attempt: Int)] = [:]
    private var lastQuestion: UInt64 = 0

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
        for slot in 0..<settings.connectionsMax { connections.append(makeConnection(slot)) }
        breaker = makeBreaker()
        for connection in connections { connection.start() }
    }

    private func makeConnection(
        _ slot: Int, _ preference: HostPreference = .inOrder,
        onEvent: ((PostgresConnection, PostgresConnection.Event) -> Void)? = nil
    ) -> PostgresConnection {
        var settings = settings
        switch preference {
        case .inOrder: break
        case .first(let host): settings.hosts = [host] + settings.hosts.filter { $0 != host }
        case .last(let host): settings.hosts = settings.hosts.filter { $0 != host } + [host]
        }
        return PostgresConnection(
            slot: slot, settings: settings, loop: loop,
            resolve: { connection, host, attempt in self.resolve(host, for: connection, attempt: attempt) },
            onEvent: onEvent ?? { connection, event in self.handle(event, of: connection) })
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
            for connection in connections + aside { connection.stop() }
            breaker?.stop()
            for (_, lease) in leases { lease.isLost = true }
            // They hold the pool, and the pool them.
            connections = []
            aside = []
            breaker = nil
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
            if areWritesSuspended, unit.mayWrite { return unit.answer(.failure(Self.suspended)) }
            guard machine.statementRequested(.unit(unit)) else { return unit.answer(.failure(exhausted)) }
            dispatchAtTickEnd()
            checkDeadlines(by: waitingEnd(unit.deadline, queuedAt: now, isConnected: machine.hasConnection))
        }
    }

    // MARK: Dispatch

    func dispatchAtTickEnd() {
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

    private func handle(_ event: PostgresConnection.Event, of connection: PostgresConnection) {
        let slot = connection.slot
        guard connections.indices.contains(slot), connections[slot] === connection else {
            return handleAside(event, of: connection)
        }
        switch event {
        case .ready:
            machine.connectionReady(slot: slot)
            becameReady()
            dispatchAtTickEnd()
        case .ended(let unit): ended(unit, connection)
        case .lost(let reason):
            slotLost(slot)
            logger.warning("database connection lost", metadata: ["reason": "\(reason)"])
            if !machine.hasConnection, !isStopping { status.set(ready: false, reason: reason) }
            dispatchAtTickEnd()
            checkDeadlines(by: .now)
        case .attemptFailed(let reason):
            if !machine.hasConnection, !isStopping { status.set(ready: false, reason: reason) }
            if loggedReasons.count < 10 * settings.hosts.count, loggedReasons.insert(reason).inserted {
                logger.warning("database not reached; trying on", metadata: ["reason": "\(reason)"])
            }
        }
    }

    private func slotLost(_ slot: Int) {
        machine.connectionLost(slot: slot)
        for (_, lease) in leases where lease.slot == slot { lease.isLost = true }
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

    // MARK: Stuck commits

    private func makeBreaker() -> WriteBreaker {
        WriteBreaker(
            patience: .milliseconds(settings.commitProbeMilliseconds), loop: loop,
            connect: { self.makeConnection(-1, $0, onEvent: $1) },
            isAnyoneSilent: { self.connections.contains { self.isSilent($0, at: .now) } },
            onOpen: { self.suspendWrites() }, onClose: { self.resumeWrites(at: $0) })
    }

    var areWritesSuspended: Bool { breaker?.isOpen ?? false }

    private func suspendWrites() {
        logger.error("commits are stuck: writes are refused until they end again")
        status.set(suspended: "commits are stuck")
        for request in machine.removeWaiting(where: \.mayWrite) {
            request.fail(.writesSuspended, Self.suspended.message)
        }
        for connection in connections where connection.owedUnits.contains(where: \.mayWrite) { setAside(connection) }
        dispatchAtTickEnd()
    }

    private func resumeWrites(at host: PostgresHost?) {
        logger.info("commits end again: writes are taken", metadata: ["host": "\(host.map { "\($0)" } ?? "")"])
        status.set(suspended: nil)
        for connection in connections where connection.host != host {
            connection.giveUp("another server is the primary")
        }
    }

    /// Puts another connection in the place of one that is stuck. It stays open, since only its server knows what became
    /// of its commit; whoever waits for one is told that nobody knows, and readings are asked elsewhere.
    private func setAside(_ connection: PostgresConnection) {
        slotLost(connection.slot)
        for unit in connection.owedUnits where unit.isAwaited {
            if let reading = unit.handedOver() {
                if !machine.statementRequested(.unit(reading)) { reading.answer(.failure(exhausted)) }
            } else {
                unit.commitIsStuck()
            }
        }
        aside.append(connection)
        // Of those that never answer, a few are kept.
        if aside.count > 2 * settings.connectionsMax { aside.removeFirst().stop() }
        // There may stand a server that is the primary no more and does not know it.
        connections[connection.slot] = makeConnection(connection.slot, connection.host.map { .last($0) } ?? .inOrder)
        connections[connection.slot].start()
    }

    private func handleAside(_ event: PostgresConnection.Event, of connection: PostgresConnection) {
        switch event {
        case .ready, .attemptFailed: return
        case .ended: guard connection.isIdle else { return }
        case .lost: break
        }
        aside.removeAll { $0 === connection }
        connection.stop()
    }

    /// Looks for connections that have long said nothing; answers when to look again.
    private func checkSilence(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard settings.watchesCommits else { return nil }
        let doubt = settings.commitDoubt
        for connection in connections where isSilent(connection, at: now) {
            if !areWritesSuspended {
                breaker?.silenceSeen(at: connection.host)
            } else if connection.owedUnits.contains(where: \.mayWrite) {
                setAside(connection)
            }
        }
        return connections.compactMap(\.silentSince).map { $0 + doubt <= now ? now + doubt : $0 + doubt }.min()
    }

    /// Whether it owes an answer and has said nothing for so long that commits are tried.
    private func isSilent(_ connection: PostgresConnection, at now: ContinuousClock.Instant) -> Bool {
        connection.silentSince.map { $0 + settings.commitDoubt <= now } ?? false
    }

    private func becameReady() {
        if !loggedReasons.isEmpty { logger.info("database reached") }
        loggedReasons = []
        if isStopping { return }
        status.set(ready: true, reason: nil)
        for (_, waiter) in readyWaiters { waiter.resume() }
        readyWaiters = [:]
    }

    private func resolve(_ host: String, for connection: PostgresConnection, attempt: Int) {
        if host.hasPrefix("/") {
            // Found at once, yet told later: the connection is still in the middle of asking.
            return loop.atTickEnd { connection.addressesFound([host], attempt: attempt) }
        }
        lastQuestion += 1
        let question = lastQuestion
        resolving[question] = (connection, attempt)
        Task { resolved(await HostResolver.addresses(of: host), question) }
    }

    private func resolved(_ addresses: [String], _ question: UInt64) {
        guard let (connection, attempt) = resolving.removeValue(forKey: question) else { return }
        connection.addressesFound(addresses, attempt: attempt)
    }

    // MARK: Deadlines

    var defaultDeadline: Duration { .milliseconds(settings.deadlineMilliseconds) }

    /// One timer for all deadlines: at the earliest, whoever's time is over is answered, and the next is found.
    func checkDeadlines(by instant: ContinuousClock.Instant) {
        // Silence is looked for sooner than deadlines are over.
        let instant = min(instant, .now + settings.commitDoubt)
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
        let silenceCheck = checkSilence(at: now)
        let checks =
            connections.compactMap { $0.deadlinesChecked(at: now) } + (silenceCheck.map { [$0] } ?? [])
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
    func waitingEnd(
        _ deadline: ContinuousClock.Instant, queuedAt: ContinuousClock.Instant, isConnected: Bool
    ) -> ContinuousClock.Instant {
        if isConnected { return deadline }
        return min(deadline, queuedAt + .milliseconds(settings.connectionWaitMilliseconds))
    }

    var exhausted: PostgresFailure {
        PostgresFailure(.poolExhausted, "\(settings.queueMax) statements wait already", isRetrySafe: true)
    }

    static let stopped = PostgresFailure(.notConnected, "the pool was stopped", isRetrySafe: true)
    static let suspended = PostgresFailure(.writesSuspended, "commits are stuck", isRetrySafe: true)
    static let leaseLost = PostgresFailure(
        .connectionLost, "the connection was lost earlier: nothing was committed", isRetrySafe: true)
}
