import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Logging
import Metrics
import Postgres
import Proof
import Ticketing
import WaitingRoom
import Wire

/// The waiting room of one performance at this replica.
///
/// Callers find it by rendezvous hash of the performance, which makes its batches large and its reports whole; that it
/// is the right one depends on nothing: places and steps are the ledger's. It looks at the ledger when gateways follow
/// it, once a second however many do; nobody follows a line without anybody in it. The replica that would be asked next
/// watches: it hears what the line's home hears and moves nothing, so that it can go on the moment it is asked itself.
distributed actor WaitingLine: WaitingRoomContract {
    typealias ActorSystem = ServiceActorSystem

    /// The least pause between two looks at the ledger: gateways ask once a second, and never quite.
    static let lookPause = Duration.milliseconds(750)
    /// So long is a line moved by a replica that gateways have asked for it, while another one becomes its home and
    /// hears of all who watch it.
    static let homeFor = Duration.seconds(5)
    /// How long a look may take.
    static let lookMax = Duration.seconds(3)

    private static let admitted = Counter(label: "waiting_room_admitted_total")
    private static let looks = Timer(label: "waiting_room_look_seconds")

    private let performance: PerformanceID
    private let parts: WaitingLines.Parts
    private let sighting: RoomSighting
    private var room: WaitingRoomReading?
    private var line: Line?
    /// Those of the closed list, until they are ranked.
    private var entries: [EntryID]?
    private var list: RankedList?
    private var control: AdmissionControl
    private var board: PresenceBoard
    private var clock: RemoteClock?
    private var commit = Duration.zero
    /// What gateways refused for want of room since the last look.
    private var refused = 0
    private var lookedAt: ContinuousClock.Instant?
    /// When gateways asked here as the line's home.
    private var followedAt: ContinuousClock.Instant?
    private var looking: Task<Void, any Error>?

    init(
        performance: PerformanceID, parts: WaitingLines.Parts, sighting: RoomSighting, system: ServiceActorSystem
    ) {
        actorSystem = system
        self.performance = performance
        self.parts = parts
        self.sighting = sighting
        control = AdmissionControl(settings: parts.pace)
        board = PresenceBoard(away: parts.away)
    }

    // MARK: Places

    distributed func enter(_ request: EntryCommand) async throws -> EntryAnswer {
        guard request.performanceId == performance else { return .noRoom }
        let answer = try await submit(request.customerId, turn: 1)
        guard case .known(let standing) = answer else { return answer }
        try await look(noOlderThan: .seconds(5))
        // Whose turn is over may enter again, behind all who wait.
        guard let line, let now = clock?.time(at: .now), line.place(of: standing.number, at: now) == .expired else {
            return answer
        }
        return try await submit(request.customerId, turn: Int32(clamping: standing.turn + 1))
    }

    distributed func entry(_ request: EntryCommand) async throws -> EntryAnswer {
        guard request.performanceId == performance else { return .noRoom }
        return try await submit(request.customerId, turn: 0)
    }

    private func submit(_ customer: CustomerID, turn: Int32) async throws -> EntryAnswer {
        let outcome = try await LedgerCalls.reading {
            try await parts.door.submit(
                EntryItem(customerID: customer, turn: turn), in: performance, deadline: CallContext.current.deadline)
        }
        switch outcome {
        case .entered(let standing): return .entered(standing)
        case .known(let standing): return .known(standing)
        case .noPlace: return .noPlace
        case .noRoom: return .noRoom
        case .saleEnded: return .saleEnded
        case .full: return .full
        }
    }

    // MARK: The line

    distributed func follow(_ request: LineQuestion) async throws -> LineAnswer {
        followedAt = .now
        return try await hear(request)
    }

    distributed func watch(_ request: LineQuestion) async throws -> LineAnswer {
        try await hear(request)
    }

    private func hear(_ request: LineQuestion) async throws -> LineAnswer {
        guard request.performanceId == performance else { return .noRoom }
        if let report = request.presence { board.take(report, of: request.gatewayId, at: .now) }
        refused += min(max(0, request.refused ?? 0), 1_000_000)
        try await look(noOlderThan: Self.lookPause)
        guard let line else { return .noRoom }
        return .line(line.standing, steps: line.history.steps(after: request.stepsAfter))
    }

    distributed func ranking(_ request: RankingQuestion) async throws -> RankingAnswer {
        guard request.performanceId == performance else { return .notRanked }
        try await look(noOlderThan: .seconds(5))
        return list.map { .numbers($0.ranking.packed) } ?? .notRanked
    }

    distributed func rankedEntries(_ request: RankedEntriesRequest) async throws -> Answer {
        guard request.performanceId == performance else { return try Answer(refusing: Problem(.notFound)) }
        try await look(noOlderThan: .seconds(60))
        guard let list else { return try Answer(refusing: Problem(.notFound)) }
        return try Answer(list.page(after: request.after))
    }

    // MARK: The organizer

    distributed func figures(_ request: PerformanceSalesRequest) async throws -> Answer {
        guard request.performanceId == performance else { return try Answer(refusing: Problem(.notFound)) }
        try await look(noOlderThan: Self.lookPause)
        guard let room, let line, request.isAdmin || room.organizerID == request.organizerId else {
            return try Answer(refusing: Problem(.notFound))
        }
        let forecast = line.standing.forecast
        return try Answer(
            WaitingRoomFiguresResource(
                performanceId: performance, settings: room.settings, state: room.state, opensAt: room.opensAt,
                entryCount: room.entryCount, waitingCount: line.waitingCount,
                presentCount: forecast.presentAhead.last ?? 0, admittedCount: room.admittedCount,
                admissionsPerMinute: Int((forecast.admissionsPerSecond * 60).rounded()),
                seatsLeft: forecast.seatsLeft, seatsPerAdmission: forecast.seatsPerAdmission, readAt: room.readAt))
    }

    distributed func change(_ request: WaitingRoomCommand) async throws -> Answer {
        guard request.sales.performanceId == performance else { return try Answer(refusing: Problem(.notFound)) }
        let faults = WaitingRoomRules.faults(of: request.settings)
        guard faults.isEmpty else {
            return try Answer(refusing: Problem(.invalidRequest).with { $0.fields = faults })
        }
        let outcome = try await LedgerCalls.reading {
            try await parts.store.put(
                request.settings, for: performance, by: request.sales.isAdmin ? nil : request.sales.organizerId,
                deadline: CallContext.current.deadline)
        }
        switch outcome {
        case .notFound: return try Answer(refusing: Problem(.notFound))
        case .saleEnded: return try Answer(refusing: Problem(.saleEnded))
        case .kept:
            if request.settings.isOn { parts.gate.note(performance) }
            // A look that is under way may have begun before the change.
            while let looking { _ = await looking.result }
            lookedAt = nil
            return try await figures(request.sales)
        }
    }

    // MARK: Looking

    /// Makes sure that the ledger was looked at lately. Whoever comes while a look is under way waits for it only where
    /// nothing is known yet; a look that fails leaves what is known as it is.
    private func look(noOlderThan age: Duration) async throws {
        if let lookedAt, .now - lookedAt <= age { return }
        if let looking {
            if line == nil { try await looking.value }
            return
        }
        let task = Task { try await lookNow() }
        looking = task
        defer { looking = nil }
        do {
            try await task.value
        } catch {
            guard line != nil else { throw error }
            parts.logger.debug("a waiting room could not be looked at", metadata: ["error": "\(error)"])
        }
    }

    private func lookNow() async throws {
        let decision = try await decide()
        let move = decision?.step.map {
            WaitingRoomMove(
                stepSequence: line?.history.last?.sequence ?? 0, front: $0.front, admitted: $0.admitted)
        }
        let askedAt = ContinuousClock.now
        do {
            let found = try await LedgerCalls.reading {
                try await parts.store.look(
                    at: performance, moving: move, isMover: move != nil || isHome,
                    stepsAfter: line?.history.last?.sequence ?? 0, deadline: askedAt + Self.lookMax)
            }
            commit = .now - askedAt
            Self.looks.record(duration: commit)
            lookedAt = askedAt
            sighting.saw(found != nil)
            guard let found else { return forget() }
            if found.room.stepSequence < line?.history.last?.sequence ?? 0 {
                // The ledger is one that was put back to an earlier state: what is known here is not of it.
                parts.logger.warning("a line is further than its ledger", metadata: ["performance": "\(performance)"])
                forget()
                return try await lookNow()
            }
            try await take(found, decision?.forecast, moved: move)
        } catch {
            commit = Self.lookMax
            throw error
        }
    }

    /// Whether it is this replica that moves the line.
    private var isHome: Bool { followedAt.map { .now - $0 < Self.homeFor } ?? false }

    private func forget() {
        (room, line, entries, list) = (nil, nil, nil, nil)
        control = AdmissionControl(settings: parts.pace)
    }

    /// What is to be done next, by what is known; nil while nothing is.
    private func decide() async throws -> AdmissionControl.Decision? {
        guard room != nil, line != nil else { return nil }
        let waits = await parts.seatsDoor.load().longestWait
        let seats = try? await parts.maps.seats(of: performance)
        guard let room, let line, let clock else { return nil }
        for seconds in parts.gate.takeChoices(in: performance) { control.noteHold(secondsAfterCall: seconds) }
        let load = ServiceLoad(
            commit: commit < Self.lookMax ? commit : nil, batchWait: waits,
            areWritesSuspended: parts.ledger.writesSuspendedReason != nil, refused: refused)
        refused = 0
        let decision = control.decide(
            AdmissionControl.Reading(
                now: clock.time(at: .now), line: line, openedAt: room.seedPublishedAt,
                isOnSale: room.isOnSale && room.settings.isOn, isMoving: isHome,
                admissionsPerMinuteMax: room.settings.admissionsPerMinuteMax,
                seatsPerCustomerMax: room.seatsPerCustomerMax, seats: seats, load: load,
                presence: board.presence(at: .now)))
        parts.logger.debug(
            "a line was decided",
            metadata: [
                "performance": "\(performance)", "commit": "\(load.commit.map { "\($0)" } ?? "none")",
                "batch_wait": "\(load.batchWait)", "refused": "\(load.refused)",
                "admitted": "\(decision.step?.admitted ?? 0)", "pace": "\(control.perSecond ?? 0)",
                "told": "\(decision.forecast.admissionsPerSecond)",
            ])
        return decision
    }

    private func take(
        _ found: WaitingRoomStore.Look, _ forecast: LineForecast?, moved move: WaitingRoomMove?
    ) async throws {
        clock = RemoteClock(showing: found.room.readAt, at: .now)
        if let move {
            if found.steps.contains(where: { $0.sequence == move.stepSequence + 1 && $0.front == move.front }) {
                Self.admitted.increment(by: move.admitted)
            } else {
                control.noteStepRefused()
            }
        }
        if line == nil {
            line = Line(found.room.standing(.unknown), steps: found.steps)
            room = found.room
            // Those who wait are told from the first answer on.
            let first = try await decide()?.forecast
            line?.follow(found.room.standing(first ?? .unknown), steps: [])
        } else {
            room = found.room
            line?.follow(found.room.standing(forecast ?? .unknown), steps: found.steps)
        }
        try await rank(found.room)
    }

    /// Publishes the hash of the list once that is closed, and ranks it once the seed is published. Either takes a second
    /// for a million entries, on another thread.
    private func rank(_ room: WaitingRoomReading) async throws {
        guard let count = room.listedCount, room.listHash == nil || room.seed != nil, list == nil else { return }
        let entries = try await entries(count)
        guard room.listHash != nil else {
            let hash = await Task.detached { EntryList.hash(of: entries) }.value
            return try await LedgerCalls.reading {
                try await parts.store.publishList(hash: hash.bytes, of: performance)
            }
        }
        let published = room.published
        let ranked = await Task.detached { RankedList(entries, of: published) }.value
        self.entries = nil
        guard let ranked else {
            throw CallFailure(.fault, detail: "the list of \(performance) has not the hash that was published")
        }
        list = ranked
        line?.use(ranked.ranking)
    }

    /// The closed list, whose rows change no more.
    private func entries(_ count: Int64) async throws -> [EntryID] {
        if let entries { return entries }
        let read = try await LedgerCalls.reading { try await parts.store.list(of: performance, count: count) }
        entries = read
        return read
    }
}

extension LineForecast {
    /// Nothing is known yet.
    fileprivate static let unknown = LineForecast(
        presentAhead: [0, 0], admissionsPerSecond: 0, admissionsError: 1, leavingPerSecond: 0, seatsLeft: nil,
        seatsPerAdmission: 2, isSoldOut: false)
}
