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

    /// A map read this lately is good enough to propose seats from.
    static let proposalAgeMax: Duration = .milliseconds(250)
    /// A map read this lately is good enough to show.
    static let shownAgeMax: Duration = .milliseconds(250)

    let performance: PerformanceID
    let door: PerformanceDoor
    let memory: MapMemory
    let geometry: SeatGeometry
    let earlierHolds: EarlierHolds
    let gate: AdmissionGate
    var rivals = SeatRivals<WishUnderWay>()
    var losers: Losers
    var refusedWishes = RefusedWishes()
    /// Wishes of all calls, and where those stand that nobody works on at this instant.
    var wishes = WishesWaiting()
    private let reader: MapReader

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
        let told = try await answer(HoldsCommand(performanceId: performance, holds: [request]))
        switch told.holds[0] {
        case .answered(let answer): return answer
        case .refused(let number): return told.shared[number].answer(requestID: RequestID.current?.description ?? "")
        case .failed(let failure): throw failure.callFailure
        }
    }

    distributed func holdTogether(_ request: HoldsCommand) async throws -> HoldsAnswer {
        try await answer(request)
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
