import ActorTransport
import Contracts
import Distributed
import LedgerStore
import Shedding
import Telemetry
import Ticketing
import Wire

/// The seats of one performance at this replica.
///
/// Callers find it by rendezvous hash of the performance, which makes its batches large; that it is the right one
/// depends on nothing: the ledger decides.
distributed actor SeatMap: SeatMapContract {
    typealias ActorSystem = ServiceActorSystem

    /// A map read this lately is good enough to propose seats from.
    static let proposalAgeMax: Duration = .milliseconds(250)
    /// A map read this lately is good enough to show.
    static let shownAgeMax: Duration = .milliseconds(250)

    let performance: PerformanceID
    let door: PerformanceDoor
    let memory: MapMemory
    let geometry: SeatGeometry
    let earlierHolds: EarlierHolds
    var rivals = SeatRivals<CheckedContinuation<Void, Never>>()
    var losers: Losers
    var refusedWishes = RefusedWishes()
    private let reader: MapReader
    private let gate: AdmissionGate

    init(
        performance: PerformanceID, door: PerformanceDoor, memory: MapMemory, reader: MapReader,
        geometry: SeatGeometry, earlierHolds: EarlierHolds, gate: AdmissionGate, system: ServiceActorSystem
    ) {
        actorSystem = system
        self.performance = performance
        self.door = door
        self.memory = memory
        self.reader = reader
        self.geometry = geometry
        self.earlierHolds = earlierHolds
        losers = Losers(geometry: geometry)
        self.gate = gate
    }

    // MARK: Holds

    distributed func hold(_ request: HoldCommand) async throws -> Answer {
        let answer = try await answer(to: request)
        if !HoldAnswers.tellsOfBatch(answer) { IntakeSlot.note(.untypical) }
        return answer
    }

    private func answer(to request: HoldCommand) async throws -> Answer {
        guard request.performanceId == performance else { return try Answer(refusing: Problem(.notFound)) }
        if let refusal = try await gate.refusal(of: request) {
            // What the key made in time is answered again, also to who has lost the admission by now.
            if refusal == .expired || refusal == .required, let made = try await replay(of: request) { return made }
            return try Answer(refusing: refusal.problem)
        }
        switch HoldWish.reading(request) {
        case .success(.named(let seats)): return try await hold(seats.sorted(), request)
        case .success(.bestAvailable(let wish)): return try await hold(wish, request)
        case .failure(let fault):
            return try Answer(refusing: Problem(.invalidRequest).with { $0.fields = [fault.field] })
        }
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

    /// Makes sure that the map was read lately; false when there is no such performance.
    @discardableResult
    func look(noOlderThan age: Duration) async throws -> Bool {
        if let view = memory.view, .now - view.readAt <= age { return true }
        return try await LedgerCalls.reading { try await reader.refresh() }
    }
}
