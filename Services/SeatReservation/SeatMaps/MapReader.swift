import LedgerStore
import Postgres
import Ticketing
import Wire

/// Reads a performance's map from the ledger, once for all who ask at the same time.
actor MapReader {
    private let performance: PerformanceID
    private let store: SeatStateStore
    private let memory: MapMemory
    private var reading: Task<Bool, any Error>?
    private var next: Task<Bool, any Error>?

    init(performance: PerformanceID, store: SeatStateStore, memory: MapMemory) {
        self.performance = performance
        self.store = store
        self.memory = memory
    }

    /// Brings the memory up to a reading that began after this call; false when there is no such performance.
    ///
    /// Whoever comes while a reading is under way shares the one after it.
    func refresh() async throws -> Bool {
        if reading == nil { return try await begin().value }
        if let next { return try await next.value }
        let before = reading
        let task = Task {
            _ = await before?.result
            return try await self.promoteNext()
        }
        next = task
        return try await task.value
    }

    /// What changed after a sequence, from the ledger; nil when there is no such performance.
    func changes(after sequence: Int64) async throws -> DoorReading? {
        try await store.changes(of: performance, after: sequence)
    }

    private func promoteNext() async throws -> Bool {
        next = nil
        return try await begin().value
    }

    private func begin() -> Task<Bool, any Error> {
        let task = Task { try await read() }
        reading = task
        Task {
            _ = await task.result
            if reading == task { reading = nil }
        }
        return task
    }

    private func read() async throws -> Bool {
        let askedAt = ContinuousClock.now
        if let view = memory.view {
            guard let changes = try await store.changes(of: performance, after: view.position.sequence) else {
                return false
            }
            if memory.advance(by: changes, readAt: askedAt) { return true }
        }
        guard let map = try await store.map(of: performance) else { return false }
        memory.replace(by: map, readAt: askedAt)
        return true
    }
}
