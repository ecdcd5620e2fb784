import HTTP2
import Shedding
import Synchronization
import TestSupport
import Testing

@testable import ActorTransport

/// Calls where there is not room for all.
struct SheddingTests {
    private func intake(_ limit: Int) -> Intake {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (limit, limit, limit)
        settings.burstWait = .milliseconds(10)
        return Intake("test", settings: settings)
    }

    private func names(first replica: Endpoint, in directory: ReplicaDirectory) -> [String] {
        (0..<64).map { "name-\($0)" }.filter { directory.ranking(for: $0).first == replica }
    }

    // MARK: What travels

    @Test func `how much a call matters arrives, also at the second hop`() async throws {
        try await Street.with { street in
            let directory = ReplicaDirectory()
            let system = street.system(directory)
            let (endpoint, visits) = try await street.replica(next: system)
            directory.replace(by: [endpoint])
            for priority in RequestPriority.allCases {
                try await CallContext.$current.withValue(CallContext(priority: priority)) {
                    _ = try await street.shelf(system).take(TakeRequest(item: "a", hops: 1))
                }
            }
            #expect(visits.all.map(\.priority) == RequestPriority.allCases.flatMap { [$0, $0] })
        }
    }

    @Test func `a call that says nothing of it is in the middle`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let answer = try await street.post("/actors/shelf/one/take", to: endpoint, credential: credential)
            #expect(answer.status == 200)
            #expect(visits.all.map(\.priority) == [.medium])
        }
    }

    // MARK: Replicas without room

    @Test func `a replica without room is left for one other, and not for a third`() async throws {
        try await Street.with { street in
            let full = try await street.replica { _ in throw CallFailure(.overloaded) }
            let other = try await street.replica()
            let directory = ReplicaDirectory([full.endpoint, other.endpoint])
            let name = try #require(names(first: full.endpoint, in: directory).first)
            let system = street.system(directory)
            #expect(try await street.shelf(system, named: name).take(TakeRequest(item: "a")) == .taken(left: 1))
            #expect(full.visits.all.count == 1)

            let crowded = try await [
                street.replica { _ in throw CallFailure(.overloaded) },
                street.replica { _ in throw CallFailure(.overloaded) },
                street.replica { _ in throw CallFailure(.overloaded) },
            ]
            let all = street.system(ReplicaDirectory(crowded.map { $0.endpoint }))
            #expect(await callFailure { try await street.shelf(all).take(TakeRequest(item: "a")) }?.code == .overloaded)
            #expect(crowded.map { $0.visits.all.count }.sorted() == [0, 1, 1])
        }
    }

    @Test func `the only replica is not asked again when it has no room`() async throws {
        try await Street.with { street in
            let full = try await street.replica { _ in throw CallFailure(.overloaded) }
            let system = street.system(ReplicaDirectory([full.endpoint]))
            #expect(
                await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }?.code == .overloaded)
            #expect(full.visits.all.count == 1)
        }
    }

    @Test func `calls that are refused for want of room are repeated within the budget`() async throws {
        try await Street.with { street in
            let full = try await street.replica { _ in throw CallFailure(.overloaded) }
            let other = try await street.replica()
            var settings = DirectorySettings()
            (settings.retryShare, settings.retriesPerSecondMin) = (0, 0)
            let directory = ReplicaDirectory([full.endpoint, other.endpoint], settings: settings)
            let name = try #require(names(first: full.endpoint, in: directory).first)
            let failure = await callFailure {
                try await street.shelf(street.system(directory), named: name).take(TakeRequest(item: "a"))
            }
            #expect(failure?.code == .overloaded)
            #expect(other.visits.all.isEmpty)
        }
    }

    // MARK: The receiving side

    @Test func `a replica takes in as many calls as it may, and refuses the rest before it reads them`() async throws {
        try await Street.with { street in
            let (gate, opener) = AsyncStream<Void>.makeStream()
            let intake = intake(1)
            let (endpoint, visits) = try await street.replica(intake: intake) { _ in
                for await _ in gate {}
                return .taken(left: 1)
            }
            let system = street.system(ReplicaDirectory([endpoint]))
            async let first = street.shelf(system).take(TakeRequest(item: "a"))
            try await eventually("the first is worked on") { visits.all.count == 1 }
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let refused = try await street.post(
                "/actors/shelf/one/take", to: endpoint, credential: credential, body: Array("no JSON".utf8))
            #expect(refused.status == 503)
            #expect(refused.failure?.code == .overloaded)
            opener.finish()
            #expect(try await first == .taken(left: 1))
            #expect(intake.inFlight == 0)
            let malformed = try await street.post(
                "/actors/shelf/one/take", to: endpoint, credential: credential, body: Array("no JSON".utf8))
            #expect(malformed.failure?.code == .malformed)
            #expect(intake.inFlight == 0)
        }
    }

    @Test func `a call whose time is over is dropped before it is read`() async throws {
        try await Street.with { street in
            let intake = intake(4)
            let (endpoint, visits) = try await street.replica(intake: intake)
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let late = try await street.post(
                "/actors/shelf/one/take", to: endpoint, credential: credential, deadline: "0",
                body: Array("no JSON".utf8))
            #expect(late.failure?.code == .expired)
            #expect(visits.all.isEmpty)
            #expect(intake.inFlight == 0)
        }
    }

    @Test func `calls that would wait in vain are refused at the doorstep, and who waits is answered`() async throws {
        try await Street.with { street in
            var settings = IntakeSettings()
            (settings.limitMin, settings.limitInitial, settings.limitMax, settings.queueMax) = (1, 1, 1, 1)
            (settings.burstWait, settings.overloadWait) = (.seconds(20), .seconds(20))
            let intake = Intake("test", settings: settings)
            let (gate, opener) = AsyncStream<Void>.makeStream()
            let (endpoint, visits) = try await street.replica(intake: intake) { _ in
                for await _ in gate {}
                return .taken(left: 1)
            }
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let told = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await street.post("/actors/shelf/one/take", to: endpoint, credential: credential).status
                    }
                }
                var told: [Int] = []
                while let status = try await group.next() {
                    told.append(status)
                    if told.count == 10 { opener.finish() }
                }
                return told
            }
            #expect(told == [Int](repeating: 503, count: 10) + [200, 200])
            #expect(visits.all.count == 2)
            #expect(intake.inFlight == 0)
        }
    }

    @Test func `a method whose name comes in escapes is the same`() async throws {
        try await Street.with { street in
            let (endpoint, _) = try await street.replica(intake: intake(4))
            let credential = ServiceCredential(service: "tester", keys: Street.keys).current()
            let answer = try await street.post("/actors/shelf/one/t%61ke", to: endpoint, credential: credential)
            #expect(answer.status == 200)
        }
    }

    @Test func `who may not call is told so, whatever room there is`() async throws {
        try await Street.with { street in
            let intake = intake(1)
            let kind = intake.kind()
            guard case .entered(let slot) = await intake.enter(kind, .critical) else {
                Issue.record("the only place is free")
                return
            }
            let (endpoint, _) = try await street.replica(intake: intake)
            #expect(try await street.post("/actors/shelf/one/take", to: endpoint, credential: nil).status == 401)
            slot.leave(.untypical)
        }
    }
}
