import SocketLoop

/// Carries the breaker's decisions out: it owns the probe's connection, which nobody else uses. Lives on the pool's loop.
final class WriteBreaker {
    typealias OnEvent = (PostgresConnection, PostgresConnection.Event) -> Void

    private static let probePause = Duration.milliseconds(200)
    private static let scoutPause = Duration.seconds(1)

    private let loop: SocketLoop
    private var machine: WriteBreakerStateMachine
    private let connect: (PoolCore.HostPreference, @escaping OnEvent) -> PostgresConnection
    private let isAnyoneSilent: () -> Bool
    private let onOpen: () -> Void
    private let onClose: (PostgresHost?) -> Void
    private var connection: PostgresConnection?
    // Where the silence was seen.
    private var suspect: PostgresHost?
    private var isReady = false
    private var isProbeWanted = false
    private var probeSentAt: ContinuousClock.Instant?
    // Looks whether another server takes writes while the probe is stuck: a primary that was cut off, or froze, and
    // does not know that there is another one never answers.
    private var scout: PostgresConnection?
    private var timer: LoopTimer?
    private var scoutTimer: LoopTimer?

    /// `connect` makes a connection that was not started; `isAnyoneSilent` tells whether a connection still says nothing;
    /// `onClose` hears where commits end.
    init(
        patience: Duration, loop: SocketLoop,
        connect: @escaping (PoolCore.HostPreference, _ onEvent: @escaping OnEvent) -> PostgresConnection,
        isAnyoneSilent: @escaping () -> Bool, onOpen: @escaping () -> Void, onClose: @escaping (PostgresHost?) -> Void
    ) {
        machine = WriteBreakerStateMachine(patience: patience)
        self.loop = loop
        self.connect = connect
        self.isAnyoneSilent = isAnyoneSilent
        self.onOpen = onOpen
        self.onClose = onClose
    }

    /// Whether writes are refused.
    var isOpen: Bool { machine.state == .open }
    var openings: Int { machine.openings }

    /// A connection to a host owes an answer and has long said nothing.
    func silenceSeen(at host: PostgresHost?) {
        if machine.state == .closed { suspect = host }
        perform(machine.silenceSeen(at: .now))
        waitForProbe()
    }

    /// The deadline moves on when the probe is sent: the timer looks again.
    private func waitForProbe() {
        guard timer == nil, let deadline = machine.deadline else { return }
        timer = loop.schedule(at: deadline) { [unowned self] in
            timer = nil
            perform(isAnyoneSilent() ? machine.timePassed(to: .now) : machine.silenceEnded())
            waitForProbe()
        }
    }

    func stop() {
        release()
    }

    private func perform(_ action: WriteBreakerStateMachine.Action) {
        switch action {
        case .none: break
        case .probe: sendProbe()
        case .probeLater:
            timer = loop.schedule(after: Self.probePause) { [unowned self] in
                timer = nil
                sendProbe()
            }
        case .open:
            onOpen()
            scoutLater()
        case .release: release()
        case .close:
            let host = connection?.host
            release()
            onClose(host)
        }
    }

    private func sendProbe() {
        guard let connection else {
            isProbeWanted = true
            let new = connect(suspect.map { .first($0) } ?? .inOrder) { [unowned self] in handle($1, of: $0) }
            self.connection = new
            return new.start()
        }
        isProbeWanted = !isReady
        guard isReady else { return }
        probeSentAt = .now
        machine.probeSent(at: .now)
        connection.send(
            PostgresUnit(
                [.emptyCommit], role: .shared(isRepeatable: true), deadline: .now, continuation: nil))
    }

    private func handle(_ event: PostgresConnection.Event, of connection: PostgresConnection) {
        if connection === scout { return handleScout(event) }
        guard connection === self.connection else { return }
        switch event {
        case .ready:
            isReady = true
            if isProbeWanted { sendProbe() }
        case .ended(let unit):
            let duration = probeSentAt.map { .now - $0 } ?? .zero
            probeSentAt = nil
            perform(unit.hasFailed ? machine.probeRefused() : machine.probeCommitted(after: duration))
        case .lost:
            // It connects again by itself.
            isReady = false
            if probeSentAt != nil {
                probeSentAt = nil
                perform(machine.probeLost())
            }
        case .attemptFailed: break
        }
    }

    private func scoutLater() {
        scoutTimer = loop.schedule(after: Self.scoutPause) { [unowned self] in
            scoutTimer = nil
            // A probe without a connection is looking by itself.
            guard let connection, isReady else { return scoutLater() }
            let new = connect(connection.host.map { .last($0) } ?? .inOrder) { [unowned self] in handle($1, of: $0) }
            scout = new
            new.start()
        }
    }

    private func handleScout(_ event: PostgresConnection.Event) {
        guard case .ready = event, let found = scout else { return }
        scout = nil
        if isReady, found.host == connection?.host {
            found.stop()
        } else {
            connection?.stop()
            connection = found
            isReady = true
            probeSentAt = nil
            perform(machine.serverChanged())
        }
        if isOpen { scoutLater() }
    }

    private func release() {
        for case let timer? in [timer, scoutTimer] { loop.cancel(timer) }
        (timer, scoutTimer) = (nil, nil)
        let old = [connection, scout]
        (connection, scout, suspect) = (nil, nil, nil)
        isReady = false
        isProbeWanted = false
        probeSentAt = nil
        for case let connection? in old { connection.stop() }
    }
}
