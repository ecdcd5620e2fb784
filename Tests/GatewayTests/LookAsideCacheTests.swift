import ActorTransport
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Gateway

/// Answers that are the same for everybody, asked for once.
struct LookAsideCacheTests {
    private struct Broken: Error {}

    /// Counts the questions and answers them when it is told to.
    private final class Desk: Sendable {
        private let questions = Atomic(0)
        private let gate = AsyncStream<Void>.makeStream()

        var count: Int { questions.load(ordering: .relaxed) }

        func open() { gate.continuation.finish() }

        func ask(_ answer: Int) async -> Int {
            questions.add(1, ordering: .relaxed)
            for await _ in gate.stream {}
            return answer
        }
    }

    private func cache(_ entriesMax: Int = 8) -> LookAsideCache<String, Int> {
        LookAsideCache(name: "test", lifetime: .seconds(60), entriesMax: entriesMax)
    }

    @Test func `a thousand who miss at once ask once`() async throws {
        let cache = cache()
        let desk = Desk()
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<1_000 { group.addTask { try await cache.value(of: "a") { await desk.ask(7) } } }
            try await eventually("somebody asks") { desk.count == 1 }
            desk.open()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [Int](repeating: 7, count: 1_000))
        #expect(desk.count == 1)
    }

    @Test func `keys do not wait for each other`() async throws {
        let cache = cache()
        let desk = Desk()
        async let slow = cache.value(of: "slow") { await desk.ask(1) }
        try await eventually("the slow one is asked") { desk.count == 1 }
        #expect(try await cache.value(of: "quick") { 2 } == 2)
        desk.open()
        #expect(try await slow == 1)
    }

    @Test func `an answer is kept for its lifetime, and asked for again after it`() async throws {
        let cache = cache()
        #expect(try await cache.value(of: "a") { 1 } == 1)
        #expect(try await cache.value(of: "a", at: .now + .seconds(59)) { 2 } == 1)
        #expect(try await cache.value(of: "a", at: .now + .seconds(61)) { 3 } == 3)
        #expect(try await cache.value(of: "a") { 4 } == 3)
    }

    @Test func `a failure is told to all who waited, and not kept`() async throws {
        let cache = cache()
        let desk = Desk()
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    do {
                        _ = try await cache.value(of: "a") {
                            _ = await desk.ask(0)
                            throw Broken()
                        }
                        return false
                    } catch { return error is Broken }
                }
            }
            try? await eventually("somebody asks") { desk.count > 0 }
            desk.open()
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 50)
        #expect(try await cache.value(of: "a") { 5 } == 5)
    }

    @Test func `who gives up takes the answer from nobody`() async throws {
        let cache = cache()
        let desk = Desk()
        let first = Task { try await cache.value(of: "a") { await desk.ask(7) } }
        try await eventually("the first one asks") { desk.count == 1 }
        async let second = cache.value(of: "a") { await desk.ask(8) }
        first.cancel()
        desk.open()
        #expect(try await second == 7)
    }

    @Test func `when it is full, what came first goes`() async throws {
        let cache = cache(2)
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] { _ = try await cache.value(of: key) { value } }
        #expect(try await cache.value(of: "b") { 0 } == 2)
        #expect(try await cache.value(of: "c") { 0 } == 3)
        #expect(try await cache.value(of: "a") { 9 } == 9)
    }

    @Test func `a full cache goes on keeping the latest keys, whatever was asked for again`() async throws {
        let cache = cache(4)
        for number in 0..<50 {
            #expect(try await cache.value(of: "\(number)") { number } == number)
            // Asked for anew it stays where it is.
            #expect(try await cache.value(of: "\(number)", at: .now + .seconds(61)) { -number } == -number)
        }
        for number in 46..<50 { #expect(try await cache.value(of: "\(number)") { 99 } == -number) }
        #expect(try await cache.value(of: "45") { 99 } == 99)
    }

    // MARK: Older answers

    @Test func `what is known of a sale does not outlive its opening, and a performance is shown a little longer only`()
        throws
    {
        let now = Timestamp(unixMicroseconds: 1_000_000_000)
        func kept(_ answer: Answer, isPerformance: Bool = true) -> KeptFor {
            CatalogueRoutes.keptFor(answer, isPerformance: isPerformance, staleFor: .seconds(30), at: now)
        }
        func opening(in seconds: Int64) -> [String: Timestamp] { ["on_sale_at": now.advanced(bySeconds: seconds)] }
        #expect(kept(try Answer(opening(in: 600))) == KeptFor(fresh: .seconds(1), stale: .seconds(3)))
        #expect(kept(try Answer(opening(in: -600))) == KeptFor(fresh: .seconds(1), stale: .seconds(3)))
        #expect(kept(try Answer(opening(in: 2))) == KeptFor(fresh: .seconds(1), stale: .seconds(1)))
        #expect(kept(try Answer(refusal: Problem(.notFound))) == KeptFor(fresh: .seconds(1), stale: .seconds(3)))
        let event = try Answer(["performances": [opening(in: -5), opening(in: 10), opening(in: 20)]])
        #expect(kept(event, isPerformance: false) == KeptFor(fresh: .seconds(1), stale: .seconds(9)))
        let events = try Answer(["items": [opening(in: 50)]])
        #expect(kept(events, isPerformance: false) == KeptFor(fresh: .seconds(1), stale: .seconds(30)))
        #expect(KeptFor(fresh: .seconds(1), stale: .seconds(3)).cut(after: .milliseconds(200)).fresh < .seconds(1))
    }

    private func patientCache(_ patience: Duration = .seconds(60)) -> LookAsideCache<String, Int> {
        LookAsideCache(
            name: "test", lifetime: .seconds(60), staleFor: .seconds(60), patience: patience, entriesMax: 8)
    }

    @Test func `an older answer does while the reason passes, and is known as such`() async throws {
        let cache = patientCache()
        let asked = try await cache.kept(of: "a") { 1 }
        #expect(!asked.isStale)
        for code in [CallFailure.Code.overloaded, .unavailable, .unreachable, .draining, .expired, .outcomeUnknown] {
            let kept = try await cache.kept(of: "a", at: .now + .seconds(61)) { throw CallFailure(code) }
            #expect(kept.value == 1)
            #expect(kept.isStale)
            #expect(kept.askedAt == asked.askedAt)
        }
        #expect(try await cache.kept(of: "a", at: .now + .seconds(61)) { 2 }.isStale == false)
    }

    @Test func `an answer that is too old is none, and neither is one to a question that went wrong`() async throws {
        let cache = patientCache()
        _ = try await cache.value(of: "a") { 1 }
        await #expect(throws: CallFailure.self) {
            try await cache.value(of: "a", at: .now + .seconds(121)) { throw CallFailure(.overloaded) }
        }
        await #expect(throws: CallFailure.self) {
            try await cache.value(of: "a", at: .now + .seconds(61)) { throw CallFailure(.fault) }
        }
        await #expect(throws: Broken.self) {
            try await cache.value(of: "a", at: .now + .seconds(61)) { throw Broken() }
        }
    }

    @Test func `who would wait too long has the older answer, and the newer one is kept when it comes`() async throws {
        let cache = patientCache(.milliseconds(20))
        _ = try await cache.value(of: "a") { 1 }
        let desk = Desk()
        let later = ContinuousClock.now + .seconds(61)
        let first = try await cache.kept(of: "a", at: later) { await desk.ask(2) }
        #expect(first.value == 1)
        #expect(first.isStale)
        // Nobody waits for the same question again.
        #expect(try await cache.value(of: "a", at: later) { await desk.ask(3) } == 1)
        #expect(desk.count == 1)
        desk.open()
        try await eventually("the newer one is kept") { try await cache.value(of: "a") { 9 } == 2 }
    }

    @Test func `the catalogue is asked once by many, and a search is not kept`() async throws {
        let edge = try Edge()
        edge.services.answer("catalogue/events") { try Answer(ListResource<String>(items: [])) }
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 { group.addTask { await edge.ask(.get, "/v1/events?limit=5").status } }
            for await status in group { #expect(status == 200) }
        }
        #expect(edge.services.calls.count == 1)
        for _ in 0..<2 { #expect(await edge.ask(.get, "/v1/events?q=night").status == 200) }
        #expect(edge.services.calls.count == 3)
    }

    @Test func `a catalogue that can't be asked is asked again by the next one`() async throws {
        let edge = try Edge()
        #expect(await edge.ask(.get, "/v1/events").code == .ledgerUnavailable)
        edge.services.answer("catalogue/events") { try Answer(ListResource<String>(items: [])) }
        #expect(await edge.ask(.get, "/v1/events").status == 200)
    }
}
