import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Telemetry
import Ticketing
import Wire

/// The seats of one performance at this replica.
///
/// Callers find it by rendezvous hash of the performance, which makes its batches large; that it is the right one
/// depends on nothing: the ledger decides.
distributed actor SeatMap: SeatMapContract {
    typealias ActorSystem = ServiceActorSystem

    /// Seats proposed one after the other for one wish, before the caller is asked to come again.
    static let proposalsMax = 16
    /// Lists of alternatives for seats that were lost.
    static let alternativesMax = 3
    /// The wait for the answers to seats that others ask for at this moment.
    static let claimPause: Duration = .milliseconds(2)
    /// A map read this lately is good enough to propose seats from.
    static let proposalAgeMax: Duration = .milliseconds(250)
    /// A map read this lately is good enough to show.
    static let shownAgeMax: Duration = .milliseconds(250)

    private let performance: PerformanceID
    private let door: PerformanceDoor
    private let memory: MapMemory
    private let reader: MapReader
    private let geometry: SeatGeometry
    private let holds: HoldStore
    private let gate: AdmissionGate

    init(
        performance: PerformanceID, door: PerformanceDoor, memory: MapMemory, reader: MapReader,
        geometry: SeatGeometry, holds: HoldStore, gate: AdmissionGate, system: ServiceActorSystem
    ) {
        actorSystem = system
        self.performance = performance
        self.door = door
        self.memory = memory
        self.reader = reader
        self.geometry = geometry
        self.holds = holds
        self.gate = gate
    }

    // MARK: Holds

    distributed func hold(_ request: HoldCommand) async throws -> Answer {
        guard request.performanceId == performance else { return try Answer(refusing: Problem(.notFound)) }
        if let refusal = try await gate.refusal(of: request) { return refusal }
        let wish: HoldWish
        switch HoldWish.reading(request) {
        case .success(let read): wish = read
        case .failure(let fault):
            return try Answer(refusing: Problem(.invalidRequest).with { $0.fields = [fault.field] })
        }
        switch wish {
        case .named(let seats):
            let outcome = try await ask(for: seats, request)
            if case .seatsTaken = outcome { try await look(noOlderThan: Self.proposalAgeMax) }
            return try HoldAnswers.answer(outcome, requestID: requestID()) { alternatives(to: seats) }
        case .bestAvailable(let best):
            return try await hold(best, request)
        }
    }

    /// Proposes seats until a batch grants some, or until a map read after the wish came has none that would do.
    private func hold(_ wish: BestAvailableRequest, _ request: HoldCommand) async throws -> Answer {
        guard let group = geometry.groupRequest(for: wish) else {
            return try Answer(
                refusing: Problem(.invalidRequest).with {
                    $0.fields = [FieldProblem(path: "best_available", code: "unknown")]
                    $0.requestId = requestID()
                })
        }
        let cameAt = ContinuousClock.now
        for _ in 0..<Self.proposalsMax {
            try await look(noOlderThan: Self.proposalAgeMax)
            guard let view = memory.view else { return try Answer(refusing: Problem(.notFound)) }
            let claimed = memory.claimed
            let isFree = { (seat: SeatIndex) in view.states[Int(seat)] == .available && !claimed.contains(seat) }
            switch geometry.bestGroup(for: group, isFree: isFree) {
            case .group(let seats):
                let outcome = try await ask(for: seats, request)
                // Somebody of another replica was quicker: look again.
                if case .seatsTaken = outcome {
                    try await read()
                    continue
                }
                return try HoldAnswers.answer(outcome, requestID: requestID()) { [] }
            case .notEnough(let largestGroup):
                // Only a map that is younger than the wish, with no answer still to come, may say no.
                if view.readAt < cameAt || !claimed.isEmpty {
                    if !claimed.isEmpty { try await Task.sleep(for: Self.claimPause) }
                    try await read()
                    continue
                }
                return try await notEnough(largestGroup, request)
            }
        }
        throw CallFailure(.overloaded, detail: "other customers were quicker \(Self.proposalsMax) times")
    }

    private func ask(for seats: [SeatIndex], _ request: HoldCommand) async throws -> HoldOutcome {
        let item = HoldItem(
            holdID: HoldID(at: .now), customerID: request.customerId, idempotencyKey: request.idempotencyKey,
            fingerprint: fingerprint(request), requestID: requestID(), seatIndexes: seats)
        memory.claim(seats)
        defer { memory.unclaim(seats) }
        return try await LedgerCalls.reading {
            try await door.hold(item, in: performance, deadline: CallContext.current.deadline)
        }
    }

    /// Says no, unless the key was used before: what it did then is answered again.
    private func notEnough(_ largestGroup: Int, _ request: HoldCommand) async throws -> Answer {
        let earlier = try await LedgerCalls.reading {
            try await holds.made(
                byKey: request.idempotencyKey, of: request.customerId, deadline: CallContext.current.deadline)
        }
        if let earlier {
            let isSame = earlier.fingerprint == fingerprint(request)
            return try HoldAnswers.answer(
                isSame ? .replayed(earlier.hold) : .keyReused, requestID: requestID()
            ) { [] }
        }
        return try Answer(
            refusal: Problem(.notEnoughSeats, detail: "Ask for fewer seats, or for others.").with {
                $0.largestGroup = largestGroup
                $0.requestId = requestID()
            })
    }

    private func alternatives(to seats: [SeatIndex]) -> [[SeatIndex]] {
        guard let view = memory.view else { return [] }
        let claimed = memory.claimed
        return geometry.alternatives(to: seats, count: Self.alternativesMax) { seat in
            view.states[Int(seat)] == .available && !claimed.contains(seat)
        }
    }

    private func fingerprint(_ request: HoldCommand) -> [UInt8] {
        Array(request.fingerprint.utf8)
    }

    private func requestID() -> String {
        RequestID.current?.description ?? ""
    }

    // MARK: The map

    distributed func seats(_ request: SeatsQuestion) async throws -> SeatsAnswer {
        guard request.performanceId == performance else { return .unknownPerformance }
        // A question from a position wants to know what is true now; one for everything may be a little late.
        let age = request.ageMillisecondsMax.map { Duration.milliseconds($0) }
        let known =
            if let age = age ?? (request.after == nil ? Self.shownAgeMax : nil) {
                try await look(noOlderThan: age)
            } else {
                try await LedgerCalls.reading { try await reader.refresh() }
            }
        guard known, let view = memory.view else { return .unknownPerformance }
        guard let after = request.after, after.epoch == view.position.epoch, after.sequence <= view.position.sequence
        else { return .snapshot(SeatSnapshot(states: view.states, at: view.position)) }
        if let delta = memory.delta(after: after) { return .delta(delta) }
        return try await changes(after: after)
    }

    distributed func sequence(_ request: SequenceQuestion) async throws -> SequenceAnswer {
        guard request.performanceId == performance, try await LedgerCalls.reading({ try await reader.refresh() }),
            let view = memory.view
        else { return .unknownPerformance }
        return .position(view.position)
    }

    distributed func sections(_ request: SectionsQuestion) async throws -> SectionsAnswer {
        guard request.performanceId == performance else { return .unknownPerformance }
        return .sections(geometry.sectionSeats)
    }

    /// Further back than the memory reaches: from the ledger's history, or the whole map.
    private func changes(after position: SeatsPosition) async throws -> SeatsAnswer {
        let reading = try await LedgerCalls.reading { try await reader.changes(after: position.sequence) }
        guard let reading, reading.epoch == position.epoch else {
            guard let view = memory.view else { return .unknownPerformance }
            return .snapshot(SeatSnapshot(states: view.states, at: view.position))
        }
        return .delta(
            SeatDelta(
                epoch: reading.epoch, afterSequence: reading.afterSequence, sequence: reading.sequence,
                changes: reading.changes))
    }

    private func read() async throws {
        _ = try await LedgerCalls.reading { try await reader.refresh() }
    }

    /// Makes sure that the map was read lately; false when there is no such performance.
    @discardableResult
    private func look(noOlderThan age: Duration) async throws -> Bool {
        if let view = memory.view, .now - view.readAt <= age { return true }
        return try await LedgerCalls.reading { try await reader.refresh() }
    }
}
