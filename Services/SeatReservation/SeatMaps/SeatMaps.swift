import ActorTransport
import LedgerStore
import Ticketing
import Wire

/// The seat maps of this replica: each made by the first call for its performance, bounded in number.
actor SeatMaps {
    /// Maps kept at most; the one that was asked for least lately goes.
    static let mapsMax = 1024

    private struct Entry {
        let map: SeatMap
        var usedAt: ContinuousClock.Instant
    }

    private let door: PerformanceDoor
    private let catalogue: CatalogueStore
    private let states: SeatStateStore
    private let earlierHolds: EarlierHolds
    private let memories: MapMemories
    private let system: ServiceActorSystem
    private var entries: [PerformanceID: Entry] = [:]
    private var openings: [PerformanceID: Task<SeatMap?, any Error>] = [:]
    private var geometries: [SeatingChartID: SeatGeometry] = [:]

    init(
        door: PerformanceDoor, catalogue: CatalogueStore, states: SeatStateStore, holds: HoldStore,
        memories: MapMemories, system: ServiceActorSystem
    ) {
        self.door = door
        self.catalogue = catalogue
        self.states = states
        earlierHolds = EarlierHolds(store: holds)
        self.memories = memories
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

    private func open(_ performance: PerformanceID) async throws -> SeatMap? {
        guard let sale = try await LedgerCalls.reading({ try await catalogue.sale(of: performance) }) else {
            return nil
        }
        let geometry = try await geometry(of: sale.chartID)
        let memory = memories.memory(of: performance)
        let map = SeatMap(
            performance: performance, door: door, memory: memory,
            reader: MapReader(performance: performance, store: states, memory: memory), geometry: geometry,
            earlierHolds: earlierHolds, system: system)
        makeRoom()
        entries[performance] = Entry(map: map, usedAt: .now)
        return map
    }

    /// The neighbours of a performance's chart; nil when there is no such performance.
    func geometry(of performance: PerformanceID) async throws -> SeatGeometry? {
        guard let sale = try await LedgerCalls.reading({ try await catalogue.sale(of: performance) }) else {
            return nil
        }
        return try await geometry(of: sale.chartID)
    }

    private func geometry(of chart: SeatingChartID) async throws -> SeatGeometry {
        if let known = geometries[chart] { return known }
        guard let document = try await LedgerCalls.reading({ try await catalogue.chart(chart) }) else {
            throw CallFailure(.fault, detail: "a performance without its chart")
        }
        let resource = try WireJSON.decode(SeatingChartResource.self, from: document.document)
        let geometry = SeatGeometry(chart: resource)
        if geometries.count >= Self.mapsMax { geometries = [:] }
        geometries[chart] = geometry
        return geometry
    }

    private func makeRoom() {
        guard entries.count >= Self.mapsMax, let idle = entries.min(by: { $0.value.usedAt < $1.value.usedAt })?.key
        else { return }
        entries[idle] = nil
        memories.forget(idle)
    }
}
