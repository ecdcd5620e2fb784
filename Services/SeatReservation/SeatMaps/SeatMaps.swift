import ActorTransport
import LedgerStore
import Ticketing
import WaitingRoom
import Wire

/// The seat maps of this replica: each made by the first call for its performance, bounded in number.
actor SeatMaps {
    /// Maps kept at most; the one that was asked for least lately goes.
    static let mapsMax = 1024
    /// A map read this lately is good enough to count its seats.
    static let countedAgeMax = Duration.seconds(2)

    private struct Entry {
        let map: SeatMap
        let memory: MapMemory
        let reader: MapReader
        var usedAt: ContinuousClock.Instant
    }

    private let door: PerformanceDoor
    private let catalogue: CatalogueStore
    private let states: SeatStateStore
    private let earlierHolds: EarlierHolds
    private let memories: MapMemories
    private let gate: AdmissionGate
    private let system: ServiceActorSystem
    private var entries: [PerformanceID: Entry] = [:]
    private var openings: [PerformanceID: Task<SeatMap?, any Error>] = [:]
    private var geometries: [SeatingChartID: SeatGeometry] = [:]
    private var chartReadings: [SeatingChartID: Task<SeatGeometry, any Error>] = [:]

    init(
        door: PerformanceDoor, catalogue: CatalogueStore, states: SeatStateStore, holds: HoldStore,
        memories: MapMemories, gate: AdmissionGate, system: ServiceActorSystem
    ) {
        self.door = door
        self.catalogue = catalogue
        self.states = states
        earlierHolds = EarlierHolds(store: holds)
        self.memories = memories
        self.gate = gate
        self.system = system
    }

    /// The map of a performance; nil when there is no such performance.
    func map(of performance: PerformanceID) async throws -> SeatMap? {
        if let entry = entries[performance] {
            entries[performance]?.usedAt = .now
            return entry.map
        }
        if let opening = openings[performance] { return try await opening.value }
        let opening = Task { try await open(performance) }
        openings[performance] = opening
        defer { openings[performance] = nil }
        return try await opening.value
    }

    /// Makes the map of a performance and reads it, unless it is there: its first customer finds it ready.
    func prepare(_ performance: PerformanceID) async throws {
        if entries[performance]?.memory.view == nil { _ = try await seats(of: performance) }
    }

    /// How many seats are in which state, as they were read lately; nil when there is no such performance.
    func seats(of performance: PerformanceID) async throws -> SeatBudget.Seats? {
        guard try await map(of: performance) != nil, let entry = entries[performance] else { return nil }
        if entry.memory.view.map({ .now - $0.readAt > Self.countedAgeMax }) ?? true {
            _ = try await LedgerCalls.reading { try await entry.reader.refresh() }
        }
        guard let counts = entry.memory.view?.states.counts() else { return nil }
        return SeatBudget.Seats(
            available: counts[Int(SeatState.available.rawValue)], held: counts[Int(SeatState.held.rawValue)],
            sold: counts[Int(SeatState.sold.rawValue)])
    }

    private func open(_ performance: PerformanceID) async throws -> SeatMap? {
        guard let sale = try await LedgerCalls.reading({ try await catalogue.sale(of: performance) }) else {
            return nil
        }
        if sale.waitingRoom != nil { gate.note(performance) }
        let geometry = try await geometry(of: sale.chartID)
        let memory = memories.memory(of: performance)
        let reader = MapReader(performance: performance, store: states, memory: memory)
        let map = SeatMap(
            performance: performance, door: door, memory: memory, reader: reader, geometry: geometry,
            earlierHolds: earlierHolds, gate: gate, system: system)
        makeRoom()
        entries[performance] = Entry(map: map, memory: memory, reader: reader, usedAt: .now)
        return map
    }

    /// The neighbours of a performance's chart; nil when there is no such performance.
    func geometry(of performance: PerformanceID) async throws -> SeatGeometry? {
        guard let sale = try await LedgerCalls.reading({ try await catalogue.sale(of: performance) }) else {
            return nil
        }
        return try await geometry(of: sale.chartID)
    }

    /// A chart of a stadium takes half a second: nobody else waits for that, and nobody reads it twice.
    private func geometry(of chart: SeatingChartID) async throws -> SeatGeometry {
        if let known = geometries[chart] { return known }
        if let reading = chartReadings[chart] { return try await reading.value }
        let reading = Task { try await Self.read(chart, from: catalogue) }
        chartReadings[chart] = reading
        defer { chartReadings[chart] = nil }
        let geometry = try await reading.value
        if geometries.count >= Self.mapsMax { geometries = [:] }
        geometries[chart] = geometry
        return geometry
    }

    @concurrent
    private static func read(_ chart: SeatingChartID, from catalogue: CatalogueStore) async throws -> SeatGeometry {
        guard let document = try await LedgerCalls.reading({ try await catalogue.chart(chart) }) else {
            throw CallFailure(.fault, detail: "a performance without its chart")
        }
        return SeatGeometry(chart: try WireJSON.decode(SeatingChartResource.self, from: document.document))
    }

    private func makeRoom() {
        guard entries.count >= Self.mapsMax, let idle = entries.min(by: { $0.value.usedAt < $1.value.usedAt })?.key
        else { return }
        entries[idle] = nil
        memories.forget(idle)
    }
}
