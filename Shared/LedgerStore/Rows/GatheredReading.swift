public import Postgres

/// Asks one statement for all who ask at the same time: while a reading is under way, those who come wait for the next
/// one together. When nobody else asks, nobody waits.
public actor GatheredReading<Question: Sendable, Found: Sendable> {
    private typealias Caller = CheckedContinuation<Result<Found?, PostgresFailure>, Never>

    private struct Asked {
        let question: Question
        let caller: Caller
    }

    private let questionsMax: Int
    private let read: @Sendable ([Question]) async throws(PostgresFailure) -> [Found?]
    private var waiting: [Asked] = []
    private var isReading = false

    /// `read` answers each of so many questions, in their order; nil where nothing was found.
    public init(
        questionsMax: Int = 512, read: @escaping @Sendable ([Question]) async throws(PostgresFailure) -> [Found?]
    ) {
        precondition(questionsMax > 0, "a reading of no question")
        self.questionsMax = questionsMax
        self.read = read
    }

    /// What a reading finds that begins after this call.
    public func answer(to question: Question) async throws(PostgresFailure) -> Found? {
        let result = await withCheckedContinuation { (caller: Caller) in
            waiting.append(Asked(question: question, caller: caller))
            if !isReading {
                isReading = true
                Task { await readAll() }
            }
        }
        return try result.get()
    }

    /// How many wait for the next reading.
    var waitingCount: Int { waiting.count }

    private func readAll() async {
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(questionsMax))
            waiting.removeFirst(batch.count)
            do throws(PostgresFailure) {
                let found = try await read(batch.map(\.question))
                guard found.count == batch.count else {
                    throw .unexpectedValue("\(found.count) answers to \(batch.count) questions")
                }
                for (asked, found) in zip(batch, found) { asked.caller.resume(returning: .success(found)) }
            } catch {
                for asked in batch { asked.caller.resume(returning: .failure(error)) }
            }
        }
        isReading = false
    }
}
