import Postgres
import Synchronization
import TestSupport
import Testing

@testable import LedgerStore

@Suite struct GatheredReadingTests {
    /// Readings that answer ten times the question when they are let, and nothing to odd ones.
    private final class Readings: Sendable {
        let asked = Mutex<[[Int]]>([])
        let isOpen = Mutex(false)

        func read(_ questions: [Int]) async throws(PostgresFailure) -> [Int?] {
            asked.withLock { $0.append(questions) }
            while !isOpen.withLock({ $0 }) { await Task.yield() }
            if questions.contains(13) { throw .unexpectedValue("thirteen") }
            return questions.map { $0.isMultiple(of: 2) ? $0 * 10 : nil }
        }
    }

    @Test func `those who come during a reading are read together by the next, and each gets its own answer`()
        async throws
    {
        let readings = Readings()
        let gathered = GatheredReading<Int, Int>(questionsMax: 3) { (questions) async throws(PostgresFailure) in
            try await readings.read(questions)
        }
        async let first = gathered.answer(to: 2)
        try await eventually("the first is read alone") { readings.asked.withLock { $0 } == [[2]] }
        let others = [4, 5, 6, 8].map { question in
            Task { (question, try await gathered.answer(to: question)) }
        }
        try await eventually("they wait") { await gathered.waitingCount == 4 }
        readings.isOpen.withLock { $0 = true }
        #expect(try await first == 20)
        for other in others {
            let (question, answer) = try await other.value
            #expect(answer == (question == 5 ? nil : question * 10))
        }
        let asked = readings.asked.withLock { $0 }
        #expect(asked.map(\.count) == [1, 3, 1])
        #expect(asked.dropFirst().joined().sorted() == [4, 5, 6, 8])
    }

    @Test func `a reading that fails fails for those who are in it, and the next goes on`() async throws {
        let readings = Readings()
        readings.isOpen.withLock { $0 = true }
        let gathered = GatheredReading<Int, Int> { (questions) async throws(PostgresFailure) in
            try await readings.read(questions)
        }
        await #expect(throws: PostgresFailure.self) { try await gathered.answer(to: 13) }
        #expect(try await gathered.answer(to: 4) == 40)
    }
}
