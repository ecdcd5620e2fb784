import Foundation
import HTTP2
import HTTPTypes
import LoadEngine
import LoadModel
import TestSupport
import Testing
import Ticketing
import ViewerCrowd

/// Whole runs against a gateway by script.
struct LoadRunTests {
    private func scenario(_ people: String, phases: String, more: String = "") throws -> Scenario {
        try ScenarioReader.read(
            Array(
                """
                {"name": "trial", "says": "S", "goal": "\(people.contains("pay") ? "paid" : people.contains("hold") ? "held" : "served")",
                 "arrivals": "even", "customers": 1000, "tail_seconds": 20, "patience_milliseconds": 20000,
                 "connections": 2, "sources": 1, "phases": [\(phases)], "people": [\(people)]\(more)}
                """.utf8))
    }

    private func customers(_ count: Int) throws -> CustomerTokens {
        try CustomerTokens(
            lines: (0..<count).map { "{\"customer_id\":\"c\",\"session_token\":\"token-\($0)\"}\n" }.joined().utf8)
    }

    private func play(
        _ scenario: Scenario, at target: LoadTarget, customers: Int = 100, threads: Int = 1
    ) async throws -> LoadRun.Outcome {
        let run = LoadRun(
            scenario, stretches: scenario.stretches(capacity: 0), at: target, customers: try self.customers(customers),
            threads: threads, keepsMarks: true)
        _ = try await run.begin()
        return await run.outcome()
    }

    @Test func `nobody waits for the one before: all come although none is answered`() async throws {
        let crowd = Gathering(of: 60)
        try await ScriptedGateway.with(answer: { question in
            await crowd.join()
            return .sale(question)
        }) { gateway in
            let scenario = try scenario(
                #"{"name": "x", "does": ["browse"]}"#, phases: #"{"name": "p", "seconds": 0.5, "per_second": 120}"#)
            let outcome = try await play(scenario, at: gateway.target)
            let browsed = outcome.tally.phases[0][.browse]
            #expect(browsed.asked == 60 && browsed.accepted.count == 60)
            #expect(outcome.tally.phases[0].goals + outcome.tally.phases[1].goals == 60)
            #expect(outcome.tally.whole.ends == [.done: 60])
            // Those who came first waited for the last: that is counted from when each should have asked.
            #expect(browsed.accepted.maximum >= 400_000)
        }
    }

    @Test(arguments: [1, 3]) func `a whole journey is asked for as the API wants it`(threads: Int) async throws {
        try await ScriptedGateway.with(answer: { .sale($0) }) { gateway in
            let scenario = try scenario(
                #"{"name": "x", "does": ["map", "hold", "order", "pay"]}"#,
                phases: #"{"name": "p", "seconds": 0.5, "per_second": 60}"#)
            var target = gateway.target
            target.forwards = true
            let outcome = try await play(scenario, at: target, customers: 40, threads: threads)
            #expect(outcome.customersTaken == 30 && outcome.customersMissing == 0)
            let whole = outcome.tally.whole
            #expect(whole.goals == 30 && whole.ends == [.done: 30])
            #expect(whole[.pay].journeysDone == 30 && whole[.hold].journeysDone == 30)

            let questions = gateway.questions
            #expect(questions.count == 120)
            let posts = questions.filter { $0.method == "POST" }
            #expect(Set(posts.compactMap { $0.field("idempotency-key") }).count == 90)
            #expect(Set(posts.compactMap { $0.field("authorization") }).count == 30)
            #expect(posts.allSatisfy { $0.field("authorization")?.hasPrefix("Bearer token-") == true })
            #expect(posts.allSatisfy { $0.field("content-type") == "application/json" })
            #expect(Set(posts.compactMap { $0.field("forwarded") }).count == 30)
            let holds = questions.filter { $0.path == "/v1/performances/\(ScriptedGateway.performance)/holds" }
            #expect(holds.allSatisfy { String(decoding: $0.body, as: UTF8.self).hasPrefix("{\"seat_indexes\":[") })
            let pays = questions.filter { $0.path.hasSuffix("/payments") }
            #expect(pays.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains("sandbox_succeed") })
        }
    }

    @Test func `who is told to come again asks the same under the same key`() async throws {
        try await ScriptedGateway.with(answer: { question in
            question.number < 2
                ? .json(#"{"code":"overloaded"}"#, .serviceUnavailable, after: 0) : .sale(question)
        }) { gateway in
            let scenario = try scenario(
                #"{"name": "x", "does": ["hold"]}"#, phases: #"{"name": "p", "seconds": 0.1, "per_second": 10}"#)
            let outcome = try await play(scenario, at: gateway.target)
            #expect(outcome.tally.whole[.hold].asked == 3)
            #expect(outcome.tally.whole[.hold].sheds == ["overloaded": 2])
            #expect(outcome.tally.whole.ends == [.done: 1])
            #expect(Set(gateway.questions.compactMap { $0.field("idempotency-key") }).count == 1)
        }
    }

    @Test func `refusals, strange answers and silence are told apart`() async throws {
        try await ScriptedGateway.with(answer: { question in
            switch question.number {
            case 0: return .json(#"{"code":"seat_limit_reached"}"#, .conflict)
            case 1: return .json(#"{"code":"internal_error"}"#, .internalServerError)
            case 2: return .json(#"{"code":"overloaded"}"#, .serviceUnavailable)
            default:
                // Until the request is taken back.
                try? await Task.sleep(for: .seconds(60))
                return .json("{}")
            }
        }) { gateway in
            var scenario = try scenario(
                #"{"name": "x", "does": ["hold"], "retries": {"times": 0}}"#,
                phases: #"{"name": "p", "seconds": 0.4, "per_second": 10}"#)
            scenario.patienceMilliseconds = 300
            let outcome = try await play(scenario, at: gateway.target)
            let held = outcome.tally.whole[.hold]
            #expect(held.asked == 4 && held.accepted.isEmpty)
            #expect(held.refusals == ["seat_limit_reached": 1])
            #expect(held.strange == [500: 1, 503: 1])
            #expect(held.lost == [.late: 1])
            #expect(outcome.tally.whole.ends == [.refused: 1, .strange: 2, .lost: 1])
        }
    }

    @Test func `a connection that breaks takes its requests with it`() async throws {
        let crowd = Gathering(of: 4)
        var settings = HTTPServerSettings()
        settings.stopMilliseconds = 1
        try await ScriptedGateway.with(
            settings,
            answer: { question in
                await crowd.join()
                try? await Task.sleep(for: .seconds(60))
                return .sale(question)
            }
        ) { gateway in
            var scenario = try scenario(
                #"{"name": "x", "does": ["hold"], "retries": {"times": 0}}"#,
                phases: #"{"name": "p", "seconds": 0.2, "per_second": 20}"#)
            scenario.tailSeconds = 2
            let run = LoadRun(
                scenario, stretches: scenario.stretches(capacity: 0), at: gateway.target, customers: try customers(9))
            _ = try await run.begin()
            await crowd.whole()
            await gateway.cut()
            let outcome = await run.outcome()
            #expect(outcome.tally.whole[.hold].lost.values.reduce(0, +) == 4)
            #expect(outcome.tally.whole[.hold].lost[.late] == nil)
        }
    }

    @Test func `few streams carry many, one after the other`() async throws {
        var settings = HTTPServerSettings()
        settings.streamsMax = 2
        try await ScriptedGateway.with(settings, answer: { .sale($0) }) { gateway in
            let scenario = try scenario(
                #"{"name": "x", "does": ["browse"]}"#, phases: #"{"name": "p", "seconds": 0.1, "per_second": 3000}"#)
            let outcome = try await play(scenario, at: gateway.target)
            #expect(outcome.tally.whole[.browse].accepted.count == 300)
        }
    }

    @Test func `who waits for room has it when all that was under way is given up`() async throws {
        var settings = HTTPServerSettings()
        settings.streamsMax = 1
        try await ScriptedGateway.with(
            settings,
            answer: { question in
                // Until the request is taken back.
                if question.number < 2 { try? await Task.sleep(for: .seconds(60)) }
                return .sale(question)
            }
        ) { gateway in
            var scenario = try scenario(
                #"{"name": "x", "does": ["browse"], "retries": {"times": 0}}"#,
                phases: #"{"name": "p", "seconds": 0.6, "per_second": 50}"#)
            scenario.patienceMilliseconds = 300
            let browsed = try await play(scenario, at: gateway.target).tally.whole[.browse]
            let late = browsed.lost[.late] ?? 0
            #expect(late >= 2 && !browsed.accepted.isEmpty)
            #expect(late + browsed.accepted.count == 30)
        }
    }

    @Test func `no customer comes twice, whatever share of them each thread took in the run before`() async throws {
        try await ScriptedGateway.with(answer: { .sale($0) }) { gateway in
            var scenario = try scenario(
                """
                {"name": "x", "does": ["hold"], "share": 1}, {"name": "y", "does": ["browse"], "share": 1}
                """, phases: #"{"name": "p", "seconds": 0.5, "per_second": 120}"#)
            scenario.arrivals = .poisson
            var taken = 0
            for seed in 1...3 as ClosedRange<UInt64> {
                scenario.seed = seed
                let run = LoadRun(
                    scenario, stretches: scenario.stretches(capacity: 0), at: gateway.target,
                    customers: try customers(500), customersFrom: taken, threads: 3)
                _ = try await run.begin()
                taken += await run.outcome().customersTaken
            }
            let sessions = gateway.questions.compactMap { $0.field("authorization") }
            #expect(taken > 0 && sessions.count == taken)
            #expect(Set(sessions) == Set((0..<taken).map { "Bearer token-\($0)" }))
        }
    }

    @Test func `arrivals without a customer are told`() async throws {
        try await ScriptedGateway.with(answer: { .sale($0) }) { gateway in
            var scenario = try scenario(
                #"{"name": "x", "does": ["hold"]}"#, phases: #"{"name": "p", "seconds": 0.1, "per_second": 100}"#)
            var outcome = try await play(scenario, at: gateway.target, customers: 4)
            #expect(outcome.customersTaken == 4 && outcome.customersMissing == 6)
            scenario.customersReturn = true
            outcome = try await play(scenario, at: gateway.target, customers: 4)
            #expect(outcome.customersTaken == 10 && outcome.customersMissing == 0)
        }
    }

    @Test func `a payment that is still under way when the run is over has failed`() async throws {
        try await ScriptedGateway.with(answer: { question in
            question.path.hasSuffix("/payments") || question.method == "GET"
                ? .json(#"{"order_id":"01900000-0000-7000-8000-000000000002","state":"pending"}"#) : .sale(question)
        }) { gateway in
            var scenario = try scenario(
                #"{"name": "x", "does": ["hold", "order", "pay"]}"#,
                phases: #"{"name": "p", "seconds": 0.2, "per_second": 50}"#)
            scenario.tailSeconds = 1
            let outcome = try await play(scenario, at: gateway.target)
            let paid = outcome.tally.whole[.pay]
            #expect(paid.journeysAsked == 10 && paid.journeysDone == 0 && paid.journeysFailed == 10)
            #expect(outcome.tally.whole[.order].journeysFailed == 0)
        }
    }

    @Test func `what is asked after the last phase is counted apart, and who takes too long is let go`() async throws {
        try await ScriptedGateway.with(answer: { .sale($0) }) { gateway in
            var scenario = try scenario(
                """
                {"name": "x", "does": ["hold", "give_back"], "thinks_milliseconds": {"give_back": [1500, 1500]}},
                {"name": "y", "does": ["map", "hold"], "thinks_milliseconds": {"hold": [60000, 60000]}}
                """, phases: #"{"name": "p", "seconds": 1, "per_second": 40}"#)
            scenario.tailSeconds = 3
            let outcome = try await play(scenario, at: gateway.target)
            let (phase, tail) = (outcome.tally.phases[0], outcome.tally.phases[1])
            #expect(phase[.hold].asked + phase[.map].asked == 40)
            #expect(phase[.giveBack].asked == 0 && tail[.giveBack].asked == phase[.hold].asked)
            #expect(tail[.hold].asked == 0)
        }
    }

    @Test func `where nobody listens it does not begin`() async throws {
        let scenario = try scenario(
            #"{"name": "x", "does": ["browse"]}"#, phases: #"{"name": "p", "seconds": 1, "per_second": 1}"#)
        let target = LoadTarget(
            address: CrowdAddress(port: FreePort.find()), performance: ScriptedGateway.performance, seatCount: 1,
            hasRoom: false, opensAt: Timestamp(unixMicroseconds: 0), forwards: false)
        let run = LoadRun(scenario, stretches: scenario.stretches(capacity: 0), at: target, customers: CustomerTokens())
        await #expect(throws: LoadRun.Failure.self) { try await run.begin() }
    }
}

/// Lets nobody go on before all are there.
private actor Gathering {
    private let count: Int
    private var there = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of count: Int) {
        self.count = count
    }

    func join() async {
        there += 1
        await whole()
    }

    func whole() async {
        guard there < count else {
            for one in waiting { one.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
