public import Postgres

/// Asks one statement for all who ask at the same time: while a reading is under way, those who come wait for the next
/// one together. When nobody else asks, nobody waits.
public actor GatheredReading<Question: Sendable, Found: Sendable> {
    private typealias Caller = CheckedContinuation<Result<[Found?], PostgresFailure>, Never>

    private struct Asked {
        let questions: [Question]
        let caller: Caller
    }

    private let questionsMax: Int
    private let read: @Sendable ([Question]) async throws(PostgresFailure) -> [Found?]
    private var waiting: [Asked] = []
    private var isReading = false

    /// `read` answers each of so many questions, in their order; nil where nothing was found. It is given more only where
    /// one caller asks more.
    public init(
        questionsMax: Int = 512, read: @escaping @Sendable ([Question]) async throws(PostgresFailure) -> [Found?]
    ) {
        precondition(questionsMax > 0, "a reading of no question")
        self.questionsMax = questionsMax
        self.read = read
    }

    /// What a reading finds that begins after this call.
    public func answer(to question: Question) async throws(PostgresFailure) -> Found? {
        try await answers(to: [question])[0]
    }

    /// What one reading finds that begins after this call, in the questions' order.
    public func answers(to questions: [Question]) async throws(PostgresFailure) -> [Found?] {
        if questions.isEmpty { return [] }
        let result = await withCheckedContinuation { (caller: Caller) in
            waiting.append(Asked(questions: questions, caller: caller))
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
            let batch = takeBatch()
            do throws(PostgresFailure) {
                let questions = batch.flatMap(\.questions)
                var found = try await read(questions)[...]
                guard found.count == questions.count else {
                    throw .unexpectedValue("\(found.count) answers to \(questions.count) questions")
                }
                for asked in batch {
                    asked.caller.resume(returning: .success(Array(found.prefix(asked.questions.count))))
                    found = found.dropFirst(asked.questions.count)
                }
            } catch {
                for asked in batch { asked.caller.resume(returning: .failure(error)) }
            }
        }
        isReading = false
    }

    /// The first who wait, as many as one reading takes.
    private func takeBatch() -> [Asked] {
        var questions = 0
        var count = 0
        while count < waiting.count, count == 0 || questions + waiting[count].questions.count <= questionsMax {
            questions += waiting[count].questions.count
            count += 1
        }
        let batch = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        return batch
    }
}
