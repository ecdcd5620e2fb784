import Metrics
import Synchronization

/// Answers from memory while an entry is fresh, and asks once for all who miss it at the same time.
///
/// A failed question is not kept. Where it fails for a reason that passes, or takes longer than patience lasts, an entry
/// that was fresh a while ago answers in its place, and tells its age. When the cache is full, the key goes that has been
/// in it for longest.
final class LookAsideCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// A value from memory.
    struct Kept: Sendable {
        let value: Value
        /// When it was asked for.
        let askedAt: ContinuousClock.Instant
        /// Whether it is older than it should be.
        let isStale: Bool
    }

    private enum Outcome: Sendable {
        case answered(Result<Value, any Error>, askedAt: ContinuousClock.Instant)
        /// The answer takes long: what is older has to do.
        case late
    }

    private typealias Waiter = CheckedContinuation<Outcome, Never>

    private struct Entry {
        let value: Value
        let askedAt: ContinuousClock.Instant
        let freshUntil: ContinuousClock.Instant
        let staleUntil: ContinuousClock.Instant
    }

    private struct Question {
        let askedAt: ContinuousClock.Instant
        /// Tells when patience is over; nil where there is nothing older to answer with.
        let impatience: Task<Void, Never>?
        var isLate = false
        var waiters: [Waiter] = []
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// The keys of all entries in the order in which they came, as a ring once it is full.
        var keys: [Key] = []
        var oldest = 0
        var questions: [Key: Question] = [:]
    }

    private let keptFor: @Sendable (Key, Value) -> KeptFor
    private let patience: Duration
    private let entriesMax: Int
    private let state = Mutex(State())
    private let hits: Counter
    private let misses: Counter
    private let stale: Counter

    /// - Parameters:
    ///   - patience: how long a fresh answer is waited for where there is an older one.
    ///   - keptFor: how long an answer is kept.
    init(
        name: String, patience: Duration = .milliseconds(500), entriesMax: Int,
        keptFor: @escaping @Sendable (Key, Value) -> KeptFor
    ) {
        precondition(entriesMax > 0, "a cache without room")
        self.keptFor = keptFor
        self.patience = patience
        self.entriesMax = entriesMax
        hits = Counter(label: "cache_hits_total", dimensions: [("cache", name)])
        misses = Counter(label: "cache_misses_total", dimensions: [("cache", name)])
        stale = Counter(label: "cache_stale_answers_total", dimensions: [("cache", name)])
    }

    /// Where all answers are kept equally long.
    convenience init(
        name: String, lifetime: Duration, staleFor: Duration = .zero, patience: Duration = .milliseconds(500),
        entriesMax: Int
    ) {
        self.init(name: name, patience: patience, entriesMax: entriesMax) { _, _ in
            KeptFor(fresh: lifetime, stale: staleFor)
        }
    }

    /// The value of a key, asked for when it is not known or no longer fresh.
    func value(
        of key: Key, at now: ContinuousClock.Instant = .now,
        asking question: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await kept(of: key, at: now, asking: question).value
    }

    /// The value of a key and how old it is.
    func kept(
        of key: Key, at now: ContinuousClock.Instant = .now,
        asking question: @escaping @Sendable () async throws -> Value
    ) async throws -> Kept {
        if let entry = state.withLock({ $0.entries[key] }), entry.freshUntil > now {
            hits.increment()
            return Kept(value: entry.value, askedAt: entry.askedAt, isStale: false)
        }
        let outcome = await withCheckedContinuation { waiter in
            wait(waiter, for: key, at: now, asking: question)
        }
        switch outcome {
        case .answered(.success(let value), let askedAt): return Kept(value: value, askedAt: askedAt, isStale: false)
        case .answered(.failure(let failure), _):
            guard failure.passes, let older = staleEntry(of: key, at: now) else { throw failure }
            return older
        case .late:
            if let older = staleEntry(of: key, at: now) { return older }
            // It went meanwhile, to make room for others.
            return Kept(value: try await question(), askedAt: now, isStale: false)
        }
    }

    /// Has the waiter told of the key's answer: of the question under way, or of a new one.
    private func wait(
        _ waiter: Waiter, for key: Key, at now: ContinuousClock.Instant,
        asking question: @escaping @Sendable () async throws -> Value
    ) {
        let answer = state.withLock { state -> Outcome? in
            if let entry = state.entries[key], entry.freshUntil > now {
                hits.increment()
                return .answered(.success(entry.value), askedAt: entry.askedAt)
            }
            let canBeStale = state.entries[key].map { $0.staleUntil > now } ?? false
            guard var asked = state.questions[key] else {
                misses.increment()
                // Not cancelled with the first asker: others wait for the same answer.
                Task { await ask(question, for: key) }
                let askedAt = ContinuousClock.now
                let impatience: Task<Void, Never>? =
                    canBeStale ? Task { await loseOnesPatience(with: key, askedAt) } : nil
                state.questions[key] = Question(askedAt: askedAt, impatience: impatience, waiters: [waiter])
                return nil
            }
            hits.increment()
            if asked.isLate, canBeStale { return .late }
            asked.waiters.append(waiter)
            state.questions[key] = asked
            return nil
        }
        if let answer { waiter.resume(returning: answer) }
    }

    private func ask(_ question: @Sendable () async throws -> Value, for key: Key) async {
        let result: Result<Value, any Error>
        do {
            result = .success(try await question())
        } catch {
            result = .failure(error)
        }
        let entry = (try? result.get()).map { value -> (Value, KeptFor) in (value, keptFor(key, value)) }
        let asked = state.withLock { state -> Question? in
            let asked = state.questions.removeValue(forKey: key)
            if let (value, keptFor) = entry, let asked {
                keep(value, of: key, askedAt: asked.askedAt, for: keptFor, in: &state)
            }
            return asked
        }
        guard let asked else { return }
        asked.impatience?.cancel()
        for waiter in asked.waiters { waiter.resume(returning: .answered(result, askedAt: asked.askedAt)) }
    }

    /// Lets those who wait for a question have what is older, unless it is answered in time.
    private func loseOnesPatience(with key: Key, _ askedAt: ContinuousClock.Instant) async {
        do { try await Task.sleep(for: patience) } catch { return }
        let waiters = state.withLock { state -> [Waiter] in
            guard var asked = state.questions[key], asked.askedAt == askedAt else { return [] }
            let waiters = asked.waiters
            asked.waiters = []
            asked.isLate = true
            state.questions[key] = asked
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: .late) }
    }

    private func staleEntry(of key: Key, at now: ContinuousClock.Instant) -> Kept? {
        guard let entry = state.withLock({ $0.entries[key] }), entry.staleUntil > now else { return nil }
        stale.increment()
        return Kept(value: entry.value, askedAt: entry.askedAt, isStale: true)
    }

    private func keep(
        _ value: Value, of key: Key, askedAt: ContinuousClock.Instant, for keptFor: KeptFor, in state: inout State
    ) {
        if state.entries[key] == nil {
            if state.keys.count < entriesMax {
                state.keys.append(key)
            } else {
                state.entries[state.keys[state.oldest]] = nil
                state.keys[state.oldest] = key
                state.oldest = (state.oldest + 1) % entriesMax
            }
        }
        let freshUntil = ContinuousClock.now + keptFor.fresh
        state.entries[key] = Entry(
            value: value, askedAt: askedAt, freshUntil: freshUntil, staleUntil: freshUntil + keptFor.stale)
    }
}
