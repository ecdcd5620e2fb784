import LedgerStore
import Metrics
import Postgres
import Ticketing
import Wire

/// Reads a performance's map from the ledger, once for all who ask at the same time.
actor MapReader {
    /// Questions about long ways back that are under way at once.
    private static let questionsMax = 4
    private static let wholeReadings = Counter(label: "map_readings_total", dimensions: [("kind", "whole")])
    private static let changeReadings = Counter(label: "map_readings_total", dimensions: [("kind", "changes")])

    private let performance: PerformanceID
    private let store: SeatStateStore
    private let memory: MapMemory
    private var reading: Task<Bool, any Error>?
    private var next: Task<Bool, any Error>?
    private var questions: [Int64: Task<DoorReading?, any Error>] = [:]

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

    /// What changed after a sequence, from the ledger, asked once for all who stand there; nil when there is no such
    /// performance, or when so many different questions are under way that the whole map has to do.
    func changes(after sequence: Int64) async throws -> DoorReading? {
        if let question = questions[sequence] { return try await question.value }
        guard questions.count < Self.questionsMax else { return nil }
        Self.changeReadings.increment()
        let question = Task { [performance, store] in try await store.changes(of: performance, after: sequence) }
        questions[sequence] = question
        defer { questions[sequence] = nil }
        return try await question.value
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
            Self.changeReadings.increment()
            guard let changes = try await store.changes(of: performance, after: view.position.sequence) else {
                return false
            }
            if memory.advance(by: changes, readAt: askedAt) { return true }
        }
        Self.wholeReadings.increment()
        guard let map = try await store.map(of: performance) else { return false }
        memory.replace(by: map, readAt: askedAt)
        return true
    }
}
