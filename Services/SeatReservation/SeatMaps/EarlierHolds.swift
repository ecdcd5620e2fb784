import LedgerStore
import Postgres

/// Looks up what keys made before, for all who ask at the same time in one reading: whoever loses without a batch may be
/// somebody who has won already, and asks again.
actor EarlierHolds {
    /// Keys in one reading; more only where one question asks for more.
    static let keysMax = 512

    private typealias Caller = CheckedContinuation<Result<[HoldKeyUse?], PostgresFailure>, Never>

    private struct Question {
        let keys: [DoorItemKey]
        let caller: Caller
    }

    private let store: HoldStore
    private var waiting: [Question] = []
    private var isReading = false

    init(store: HoldStore) {
        self.store = store
    }

    /// What keys were used for, in their order, by a reading that begins after this call; nil for those that never were.
    func uses(of keys: [DoorItemKey]) async throws(PostgresFailure) -> [HoldKeyUse?] {
        if keys.isEmpty { return [] }
        let result = await withCheckedContinuation { (caller: Caller) in
            waiting.append(Question(keys: keys, caller: caller))
            if !isReading {
                isReading = true
                Task { await read() }
            }
        }
        return try result.get()
    }

    private func read() async {
        while !waiting.isEmpty {
            let questions = takeQuestions()
            do throws(PostgresFailure) {
                var uses = try await store.uses(of: questions.flatMap(\.keys))[...]
                for question in questions {
                    question.caller.resume(returning: .success(Array(uses.prefix(question.keys.count))))
                    uses = uses.dropFirst(question.keys.count)
                }
            } catch {
                for question in questions { question.caller.resume(returning: .failure(error)) }
            }
        }
        isReading = false
    }

    /// The first questions, as many as one reading takes.
    private func takeQuestions() -> [Question] {
        var keys = 0
        var count = 0
        while count < waiting.count, count == 0 || keys + waiting[count].keys.count <= Self.keysMax {
            keys += waiting[count].keys.count
            count += 1
        }
        let questions = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        return questions
    }
}
