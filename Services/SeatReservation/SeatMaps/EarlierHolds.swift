import LedgerStore
import Postgres

/// Looks up what keys made before, for all who ask at the same time in one reading: whoever loses without a batch may be
/// somebody who has won already, and asks again.
actor EarlierHolds {
    /// Keys in one reading.
    static let keysMax = 512

    private typealias Caller = CheckedContinuation<Result<HoldKeyUse?, PostgresFailure>, Never>

    private struct Question {
        let key: DoorItemKey
        let caller: Caller
    }

    private let store: HoldStore
    private var waiting: [Question] = []
    private var isReading = false

    init(store: HoldStore) {
        self.store = store
    }

    /// What the key was used for, by a reading that begins after this call; nil when it never was.
    func use(of key: DoorItemKey) async throws(PostgresFailure) -> HoldKeyUse? {
        let result = await withCheckedContinuation { (caller: Caller) in
            waiting.append(Question(key: key, caller: caller))
            if !isReading {
                isReading = true
                Task { await read() }
            }
        }
        return try result.get()
    }

    private func read() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.keysMax))
            waiting.removeFirst(batch.count)
            do throws(PostgresFailure) {
                let uses = try await store.uses(of: batch.map(\.key))
                for (question, use) in zip(batch, uses) { question.caller.resume(returning: .success(use)) }
            } catch {
                for question in batch { question.caller.resume(returning: .failure(error)) }
            }
        }
        isReading = false
    }
}
