import Logging
import Redis
import Ticketing
import Wire

/// One performance that somebody watches: listens on its Redis channel, asks the ledger where that is not enough,
/// and shows the map to the viewers, merged into a few frames a second.
actor PerformanceChannel {
    /// What a viewer may find at the door.
    enum Opening: Sendable {
        case open(SeatsPosition)
        case unknownPerformance
        case unavailable
    }

    private enum Life {
        case opening
        case live
        case unknownPerformance
    }

    let performance: PerformanceID
    nonisolated let board = ViewerBoard()
    private let settings: ChannelSettings
    private let ledger: any SeatLedger
    private let logger: Logger
    private var machine = ChannelStateMachine()
    private var life = Life.opening
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isHearing = false
    private var shownAt = ContinuousClock.now
    private var isShowPlanned = false
    private var isLookPlanned = false

    init(performance: PerformanceID, settings: ChannelSettings, ledger: any SeatLedger, logger: Logger) {
        self.performance = performance
        self.settings = settings
        self.ledger = ledger
        self.logger = logger
        shownAt = .now - settings.mergeWindow
    }

    /// Lives until it is cancelled: hears the channel, checks, beats.
    func run(hearing messages: RedisSubscription) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.hear(messages) }
            group.addTask { await self.check() }
            group.addTask { await self.beat() }
        }
    }

    /// Waits until the map is known, the performance is known not to exist, or the time is over.
    func opened(within limit: Duration) async -> Opening {
        let deadline = ContinuousClock.now + limit
        while life == .opening, .now < deadline, !Task.isCancelled {
            let timer = Task {
                try? await Task.sleep(until: deadline)
                self.wakeWaiting()
            }
            await withCheckedContinuation { caller in
                if life == .opening { waiting.append(caller) } else { caller.resume() }
            }
            timer.cancel()
        }
        switch life {
        case .opening: return .unavailable
        case .unknownPerformance: return .unknownPerformance
        case .live: return machine.map.map { .open($0.position) } ?? .unavailable
        }
    }

    // MARK: Loops

    private func hear(_ messages: RedisSubscription) async {
        for await message in messages {
            switch message {
            case .subscribed:
                isHearing = true
                // What was published before this instant was not heard.
                await perform(machine.checkIsDue())
            case .interrupted:
                isHearing = false
            case .message(let bytes):
                guard let delta = try? WireJSON.decode(SeatDelta.self, from: bytes) else {
                    logger.warning("a message on a channel is not a delta", metadata: ["bytes": "\(bytes.count)"])
                    continue
                }
                await perform(machine.deltaReceived(delta))
            }
        }
    }

    private func check() async {
        while !Task.isCancelled {
            await perform(machine.checkIsDue())
            try? await Task.sleep(for: isHearing ? settings.checkInterval : settings.checkIntervalDeaf)
        }
    }

    private func beat() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: settings.heartbeatInterval)
            board.beat()
        }
    }

    // MARK: What the machine wants

    private func perform(_ action: ChannelStateMachine.Action) async {
        switch action {
        case .none: break
        case .publish: planShow()
        case .publishAndLookAgain:
            planShow()
            planLook()
        case .lookAgain: planLook()
        case .ask(let position): ask(after: position)
        case .end:
            life = .unknownPerformance
            wakeWaiting()
        }
    }

    private func ask(after position: SeatsPosition?) {
        Task {
            do {
                let answer = try await ledger.seats(SeatsQuestion(performanceId: performance, after: position))
                await perform(machine.answerReceived(answer))
            } catch {
                machine.questionFailed()
                logger.debug("the ledger could not be asked", metadata: ["error": "\(error)"])
            }
        }
    }

    /// At once when calm, else at the end of the window in which the last frame was shown.
    private func planShow() {
        guard !isShowPlanned else { return }
        let due = shownAt + settings.mergeWindow
        guard due > .now else { return show() }
        isShowPlanned = true
        Task {
            try? await Task.sleep(until: due)
            isShowPlanned = false
            show()
        }
    }

    private func show() {
        guard let map = machine.map else { return }
        shownAt = .now
        board.show(map)
        if life == .opening {
            life = .live
            wakeWaiting()
        }
    }

    private func planLook() {
        guard !isLookPlanned else { return }
        isLookPlanned = true
        Task {
            try? await Task.sleep(for: .milliseconds(ChannelStateMachine.earlyMillisecondsMax))
            isLookPlanned = false
            await perform(machine.earlyDeltasWaited())
        }
    }

    private func wakeWaiting() {
        let woken = waiting
        waiting = []
        for continuation in woken { continuation.resume() }
    }
}
