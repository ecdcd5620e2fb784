import CLibpq
import SocketLoop

/// One libpq connection, non-blocking and in pipeline mode, kept alive by its state machine. Lives on the pool's loop.
final class PostgresConnection {
    enum Event {
        case ready
        /// A unit's Sync was answered (the caller has its answer already).
        case ended(PostgresUnit)
        /// All units under way have been answered with failures.
        case lost(String)
        /// One more try at connecting failed.
        case attemptFailed(String)
    }

    struct Script {
        let unit: PostgresUnit
        var error: ServerError?
    }

    private let settings: PostgresSettings
    private let loop: SocketLoop
    let onEvent: (PostgresConnection, Event) -> Void
    private let resolve: (PostgresConnection, String, Int) -> Void
    var life: ConnectionStateMachine
    var handle: OpaquePointer?
    private var registration: SocketRegistration?
    private var registeredDescriptor: Int32 = -1
    private var timer: LoopTimer?
    private var attempt = 0
    var pipeline = PipelineStateMachine<PostgresUnit, PostgresRows>()
    var script: Script?
    var prepared = PreparedStatements()
    var lastHeardAt = ContinuousClock.now

    let slot: Int
    /// Where it leads to, once it is ready.
    private(set) var host: PostgresHost?

    /// `resolve` gets the connection, a host to look up and a number to pass on to `addressesFound`.
    init(
        slot: Int, settings: PostgresSettings, loop: SocketLoop,
        resolve: @escaping (PostgresConnection, String, Int) -> Void,
        onEvent: @escaping (PostgresConnection, Event) -> Void
    ) {
        self.slot = slot
        self.settings = settings
        self.loop = loop
        self.resolve = resolve
        self.onEvent = onEvent
        life = ConnectionStateMachine(
            hostCount: settings.hosts.count,
            backOff: ReconnectBackOff(
                initialMilliseconds: settings.reconnectInitialMilliseconds,
                maximumMilliseconds: settings.reconnectMaximumMilliseconds))
    }

    // MARK: Life

    func start() {
        perform(life.started())
    }

    func stop() {
        let action = life.stopRequested()
        failUnits("the pool was stopped")
        perform(action)
    }

    /// Ends a connection that is of no more use, and begins another.
    func giveUp(_ reason: String) {
        guard life.state == .ready else { return }
        releaseHandle()
        let action = life.connectionLost(chance: .random(in: 0..<1))
        failUnits(reason)
        onEvent(self, .lost(reason))
        perform(action)
    }

    func addressesFound(_ addresses: [String], attempt: Int) {
        guard attempt == self.attempt, case .resolving(let host) = life.state else { return }
        cancelTimer()
        if addresses.isEmpty { onEvent(self, .attemptFailed("the host \(settings.hosts[host].host) is not known")) }
        perform(life.addressesFound(addresses, chance: .random(in: 0..<1)))
    }

    private func perform(_ action: ConnectionStateMachine.Action) {
        switch action {
        case .none: break
        case .resolve(let host):
            attempt += 1
            let current = attempt
            setTimer(milliseconds: settings.connectTimeoutMilliseconds) { connection in
                guard connection.attempt == current else { return }
                connection.attemptFailed("looking up \(connection.settings.hosts[host].host) took too long")
            }
            resolve(self, settings.hosts[host].host, attempt)
        case .connect(let host, let address):
            self.host = settings.hosts[host]
            connect(settings.hosts[host], address: address)
        case .announceReady: onEvent(self, .ready)
        case .pause(let duration):
            timer = loop.schedule(after: duration) { [weak self] in
                guard let self else { return }
                self.timer = nil
                self.perform(self.life.pauseEnded())
            }
        case .release:
            cancelTimer()
            releaseHandle()
        }
    }

    private func attemptFailed(_ reason: String) {
        cancelTimer()
        releaseHandle()
        attempt += 1
        onEvent(self, .attemptFailed(reason))
        perform(life.attemptFailed(chance: .random(in: 0..<1)))
    }

    private func setTimer(milliseconds: Int, _ body: @escaping (PostgresConnection) -> Void) {
        cancelTimer()
        timer = loop.schedule(after: .milliseconds(milliseconds)) { [weak self] in
            guard let self else { return }
            self.timer = nil
            body(self)
        }
    }

    private func cancelTimer() {
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    private func releaseHandle() {
        if let registration { loop.deregister(registration) }
        registration = nil
        registeredDescriptor = -1
        if let handle { PQfinish(handle) }
        handle = nil
        prepared = PreparedStatements()
    }

    private func failUnits(_ reason: String) {
        for lost in pipeline.connectionLost() {
            if let error = lost.error {
                lost.unit.answer(.failure(.server(error)))
            } else {
                lost.unit.answer(
                    .failure(lost.unit.failure(.connectionLost, reason, isKnownUndone: lost.isKnownUndone)))
            }
        }
        if let script {
            self.script = nil
            script.unit.answer(.failure(script.unit.failure(.connectionLost, reason)))
        }
    }

    // MARK: Connecting

    private func connect(_ host: PostgresHost, address: String) {
        let parameters = settings.connectionParameters(host: host, address: address)
        handle = Self.startConnecting(parameters)
        guard let handle, PQstatus(handle) != CONNECTION_BAD else {
            return attemptFailed(libraryMessage())
        }
        setTimer(milliseconds: settings.connectTimeoutMilliseconds) { connection in
            connection.attemptFailed("connecting to \(host) (\(address)) took too long")
        }
        watch(.write)
    }

    private static func startConnecting(_ parameters: [(String, String)]) -> OpaquePointer? {
        var keywords: [UnsafePointer<CChar>?] = []
        var values: [UnsafePointer<CChar>?] = []
        defer { for pointer in keywords + values { pointer.map { UnsafeMutablePointer(mutating: $0).deallocate() } } }
        for (keyword, value) in parameters {
            keywords.append(copyOfCString(keyword))
            values.append(copyOfCString(value))
        }
        return PQconnectStartParams(keywords + [nil], values + [nil], 0)
    }

    private static func copyOfCString(_ text: String) -> UnsafePointer<CChar> {
        text.withCString { source in
            let count = text.utf8.count + 1
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: count)
            copy.initialize(from: source, count: count)
            return UnsafePointer(copy)
        }
    }

    private func continueConnecting() {
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: watch(.read)
        case PGRES_POLLING_WRITING: watch(.write)
        case PGRES_POLLING_OK: sessionOpened()
        default: attemptFailed(libraryMessage())
        }
    }

    private func sessionOpened() {
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            return attemptFailed(libraryMessage())
        }
        cancelTimer()
        PQsetNoticeReceiver(
            handle,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<PostgresConnection>.fromOpaque(context).takeUnretainedValue().noticeReceived(result)
            }, Unmanaged.passUnretained(self).toOpaque())
        watch(.read)
        lastHeardAt = .now
        perform(life.attemptSucceeded())
    }

    private func watch(_ interest: SocketInterest) {
        // libpq may go on with another socket while it connects.
        let descriptor = PQsocket(handle)
        if let registration, descriptor == registeredDescriptor { return loop.update(registration, to: interest) }
        if let registration { loop.deregister(registration) }
        registeredDescriptor = descriptor
        registration = loop.register(descriptor, for: interest) { [unowned self] readiness in
            switch self.life.state {
            case .connecting: self.continueConnecting()
            case .ready: self.socketReady(readiness)
            case .idle, .resolving, .pausing, .stopped: break
            }
        }
    }

    func libraryMessage() -> String {
        guard let handle, let text = PQerrorMessage(handle) else { return "libpq has no memory left" }
        return String(cString: text).split(separator: "\n").joined(separator: " ")
    }

    // MARK: Sending

    /// The connection owes no answer.
    var isIdle: Bool { pipeline.isEmpty && script == nil }

    /// What it owes, in the order of the answers; a script aside.
    var owedUnits: [PostgresUnit] { Array(pipeline.units) }

    /// Since when it says nothing although it owes answers; `nil` while it owes none, or a session's, which may take
    /// their time.
    var silentSince: ContinuousClock.Instant? {
        guard life.state == .ready, script == nil, let first = pipeline.units.first(where: { _ in true }) else {
            return nil
        }
        if case .inSession = first.role { return nil }
        return lastHeardAt
    }

    /// Whether the session stands outside any transaction.
    var isOutsideTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// To be called before the server is told to forget them.
    func forgetPrepared() {
        prepared = PreparedStatements()
    }

    /// Sends a unit after those under way.
    func send(_ unit: PostgresUnit) {
        let now = ContinuousClock.now
        unit.sentAt = now
        if isIdle { lastHeardAt = now }
        var steps: [PipelineStateMachine<PostgresUnit, PostgresRows>.Step] = []
        steps.reserveCapacity(unit.commands.count + 1)
        var isSent = true
        for command in unit.commands where isSent {
            switch command {
            case .plain(let sql):
                steps.append(.statement)
                isSent = PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1) == 1
            case .prepared(let statement, let parameters):
                let plan = prepared.plan(statement, parameters.parameters)
                if plan.mustPrepare {
                    unit.preparing.append((steps.count, statement.name))
                    steps.append(.prepare)
                    isSent = prepare(statement, as: plan.serverName, parameters)
                }
                steps.append(.statement)
                isSent = isSent && execute(plan.serverName, parameters)
            }
        }
        pipeline.unitSent(unit, steps: steps)
        guard isSent, PQpipelineSync(handle) == 1 else { return giveUp(libraryMessage()) }
        flush()
    }

    /// Runs several commands at once by the simple protocol; the connection must be idle.
    func sendScript(_ sql: String, _ unit: PostgresUnit) {
        precondition(isIdle, "a script on a connection that owes answers")
        unit.sentAt = .now
        lastHeardAt = .now
        script = Script(unit: unit)
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, sql) == 1 else { return giveUp(libraryMessage()) }
        flush()
    }

    private func prepare(_ statement: Statement, as serverName: String, _ parameters: PostgresParameters) -> Bool {
        let types = parameters.parameters.map { Oid($0.type.objectID) }
        return PQsendPrepare(handle, serverName, statement.sql, Int32(types.count), types) == 1
    }

    private func execute(_ serverName: String, _ parameters: PostgresParameters) -> Bool {
        let list = parameters.parameters
        return parameters.bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: list.count) { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: list.count * 2) { numbers in
                    // An empty binary value must not look like a null: any address will do for it.
                    let base =
                        bytes.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
                        ?? UnsafePointer(bitPattern: 1)
                    for (index, parameter) in list.enumerated() {
                        let value = parameter.length < 0 ? nil : base.map { $0 + parameter.offset }
                        values.initializeElement(at: index, to: value)
                        numbers.initializeElement(at: index, to: max(0, parameter.length))
                        numbers.initializeElement(at: list.count + index, to: parameter.format)
                    }
                    let numbersBase = numbers.baseAddress
                    return PQsendQueryPrepared(
                        handle, serverName, Int32(list.count), values.baseAddress, numbersBase,
                        numbersBase.map { $0 + list.count }, 1) == 1
                }
            }
        }
    }

    func flush() {
        switch PQflush(handle) {
        case 0: watch(.read)
        case 1: watch([.read, .write])
        default: giveUp(libraryMessage())
        }
    }

    // MARK: Time

    /// Lets the callers whose deadline passed go on; answers when to look again, `nil` while nothing is under way.
    func deadlinesChecked(at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let silenceMax = Duration.milliseconds(settings.silenceMaxMilliseconds)
        guard life.state == .ready, !isIdle else { return nil }
        if script == nil, lastHeardAt + silenceMax <= now {
            giveUp("no answer for \(settings.silenceMaxMilliseconds) ms")
            return nil
        }
        var next = script == nil ? lastHeardAt + silenceMax : nil
        for unit in Array(pipeline.units) + (script.map { [$0.unit] } ?? []) where unit.isAwaited {
            if unit.deadline <= now { unit.deadlinePassed() } else { next = min(next ?? unit.deadline, unit.deadline) }
        }
        return next
    }
}
