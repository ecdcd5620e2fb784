import Metrics
import Synchronization

/// Answers from memory while an entry is fresh, and asks once for all who miss it at the same time.
///
/// A failed question is not kept. When the cache is full, what expires first goes.
actor LookAsideCache<Key: Hashable & Sendable, Value: Sendable> {
    private struct Entry {
        let value: Value
        let expiresAt: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let entriesMax: Int
    private var entries: [Key: Entry] = [:]
    private var questions: [Key: Task<Value, any Error>] = [:]
    private let hits: Counter
    private let misses: Counter

    init(name: String, lifetime: Duration, entriesMax: Int) {
        precondition(entriesMax > 0, "a cache without room")
        self.lifetime = lifetime
        self.entriesMax = entriesMax
        hits = Counter(label: "cache_hits_total", dimensions: [("cache", name)])
        misses = Counter(label: "cache_misses_total", dimensions: [("cache", name)])
    }

    /// The value of a key, asked for when it is not known or no longer fresh.
    func value(
        of key: Key, at now: ContinuousClock.Instant = .now,
        asking question: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if let entry = entries[key], entry.expiresAt > now {
            hits.increment()
            return entry.value
        }
        if let question = questions[key] {
            hits.increment()
            return try await question.value
        }
        misses.increment()
        // Not cancelled with the first asker: others wait for the same answer.
        let task = Task { try await question() }
        questions[key] = task
        defer { questions[key] = nil }
        let value = try await task.value
        keep(value, of: key, at: .now)
        return value
    }

    private func keep(_ value: Value, of key: Key, at now: ContinuousClock.Instant) {
        if entries.count >= entriesMax {
            entries = entries.filter { $0.value.expiresAt > now }
            if entries.count >= entriesMax, let oldest = entries.min(by: { $0.value.expiresAt < $1.value.expiresAt }) {
                entries[oldest.key] = nil
            }
        }
        entries[key] = Entry(value: value, expiresAt: now + lifetime)
    }
}
