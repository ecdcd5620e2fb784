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

    /// What the sections that a viewer named are.
    enum Selecting: Sendable {
        case seats(SeatSelection)
        case unknownSection
        case unavailable
    }

    private struct Waiter {
        let deadline: ContinuousClock.Instant
        let caller: CheckedContinuation<Void, Never>
    }

    private enum Life {
        case opening
        case live
        case unknownPerformance
    }

    let performance: PerformanceID
    nonisolated let board: ViewerBoard
    private let settings: ChannelSettings
    private let ledger: any SeatLedger
    private let logger: Logger
    private var machine = ChannelStateMachine()
    private var life = Life.opening
    // In the order of their deadlines.
    private var waiting: [Waiter] = []
    private var isEndOfWaitPlanned = false
    private var sections: Task<SectionDirectory?, Never>?
    private var oldestUnshown: Timestamp?
    private var isHearing = false
    private var openingPause = Duration.milliseconds(50)
    private var shownAt = ContinuousClock.now
    private var isShowPlanned = false
    private var isLookPlanned = false

    init(performance: PerformanceID, settings: ChannelSettings, ledger: any SeatLedger, logger: Logger) {
        self.performance = performance
        board = ViewerBoard(mergeWindow: settings.mergeWindow)
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

    /// Waits until the map is known, the performance is known not to exist, or the longest wait is over.
    func opened() async -> Opening {
        await withCheckedContinuation { caller in
            guard life == .opening else { return caller.resume() }
            waiting.append(Waiter(deadline: .now + settings.openingMax, caller: caller))
            planEndOfWait()
        }
        switch life {
        case .opening: return .unavailable
        case .unknownPerformance: return .unknownPerformance
        case .live: return machine.map.map { .open($0.position) } ?? .unavailable
        }
    }

    /// The seats of sections; the chart is asked about once.
    func selection(of names: [String]) async -> Selecting {
        let asking = sections ?? Task { await askForSections() }
        sections = asking
        guard let directory = await asking.value else {
            if sections == asking { sections = nil }
            return .unavailable
        }
        return directory.selection(of: names).map { .seats($0) } ?? .unknownSection
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
                guard let message = try? WireJSON.decode(SeatDeltaMessage.self, from: bytes) else {
                    logger.warning("a message on a channel is not a delta", metadata: ["bytes": "\(bytes.count)"])
                    continue
                }
                note(message)
                await perform(machine.deltaReceived(message.delta))
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

    /// Remembers since when a change waits to be shown.
    private func note(_ message: SeatDeltaMessage) {
        guard oldestUnshown == nil, message.sequence > machine.map?.position.sequence ?? .max else { return }
        oldestUnshown = message.committedAt
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
                if life == .opening { await askAgainSoon() }
            }
        }
    }

    /// Viewers wait for the first map: the next check is too late for them.
    private func askAgainSoon() async {
        try? await Task.sleep(for: openingPause)
        openingPause = min(openingPause * 2, settings.checkIntervalDeaf)
        await perform(machine.checkIsDue())
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
        board.show(map, committedAt: oldestUnshown)
        oldestUnshown = nil
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

    private func askForSections() async -> SectionDirectory? {
        switch try? await ledger.sections(SectionsQuestion(performanceId: performance)) {
        case .sections(let sections): SectionDirectory(sections)
        case .unknownPerformance, nil: nil
        }
    }

    // MARK: Who waits for the map

    private func wakeWaiting() {
        let woken = waiting
        waiting = []
        for waiter in woken { waiter.caller.resume() }
    }

    /// One timer for all who wait.
    private func planEndOfWait() {
        guard !isEndOfWaitPlanned, let first = waiting.first else { return }
        isEndOfWaitPlanned = true
        Task {
            try? await Task.sleep(until: first.deadline)
            isEndOfWaitPlanned = false
            let now = ContinuousClock.now
            let over = waiting.prefix { $0.deadline <= now }
            waiting.removeFirst(over.count)
            for waiter in over { waiter.caller.resume() }
            planEndOfWait()
        }
    }
}
