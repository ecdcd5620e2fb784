import HTTP2
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import ActorTransport

/// Whom a call asks, and what it says of its outcome.
struct OutboundCallTests {
    private func names(first replica: Endpoint, in directory: ReplicaDirectory) -> [String] {
        (0..<64).map { "name-\($0)" }.filter { directory.ranking(for: $0).first == replica }
    }

    @Test func `a refusal is an answer, a failure is an error, and an unknown outcome is neither`() async throws {
        try await Street.with { street in
            let (endpoint, _) = try await street.replica { request in
                switch request.item {
                case "gone": return .refused(because: "sold")
                case "ledger": throw CallFailure(.unavailable, detail: "the ledger")
                case "slow": throw CancellationError()
                default: return .taken(left: 2)
                }
            }
            let shelf = try street.shelf(street.system(ReplicaDirectory([endpoint])))
            #expect(try await shelf.take(TakeRequest(item: "cup")) == .taken(left: 2))
            #expect(try await shelf.take(TakeRequest(item: "gone")) == .refused(because: "sold"))
            #expect(
                await callFailure { try await shelf.take(TakeRequest(item: "ledger")) }
                    == CallFailure(.unavailable, detail: "the ledger"))
            #expect(
                await callFailure { try await shelf.take(TakeRequest(item: "slow")) }?.code == .outcomeUnknown)
        }
    }

    @Test func `the next replica is asked when the first can't be reached, and the first rests`() async throws {
        try await Street.with { street in
            let gone = try await street.nobody()
            let (endpoint, visits) = try await street.replica()
            let directory = ReplicaDirectory([gone, endpoint])
            let name = try #require(names(first: gone, in: directory).first)
            let answer = try await street.shelf(street.system(directory), named: name).take(TakeRequest(item: "a"))
            #expect(answer == .taken(left: 1))
            #expect(visits.all.count == 1)
            #expect(directory.ranking(for: name) == [endpoint, gone])
            #expect(directory.ranking(for: name, at: .now + DirectorySettings().restMin) == [gone, endpoint])
        }
    }

    @Test func `a replica that drains is left for the next one`() async throws {
        try await Street.with { street in
            let draining = try await street.replica { _ in throw CallFailure(.draining) }
            let staying = try await street.replica()
            let directory = ReplicaDirectory([draining.endpoint, staying.endpoint])
            let name = try #require(names(first: draining.endpoint, in: directory).first)
            let answer = try await street.shelf(street.system(directory), named: name).take(TakeRequest(item: "a"))
            #expect(answer == .taken(left: 1))
            #expect(draining.visits.all.count == 1)
        }
    }

    @Test func `a call that leaves out the first choice reaches the next one, or nobody`() async throws {
        try await Street.with { street in
            let (first, second) = (try await street.replica(), try await street.replica())
            let directory = ReplicaDirectory([first.endpoint, second.endpoint])
            let name = try #require(names(first: first.endpoint, in: directory).first)
            let shelf = try street.shelf(street.system(directory), named: name)
            let next = CallContext(isMeeting: true, skips: 1)
            let answer = try await CallContext.$current.withValue(next) { try await shelf.take(TakeRequest(item: "a")) }
            #expect(answer == .taken(left: 1))
            #expect(first.visits.all.isEmpty && second.visits.all.count == 1)
            directory.replace(by: [first.endpoint])
            let failure = await CallContext.$current.withValue(next) {
                await callFailure { try await shelf.take(TakeRequest(item: "a")) }
            }
            #expect(failure?.code == .unreachable)
            #expect(first.visits.all.isEmpty)
        }
    }

    @Test(arguments: [CallFailure.Code.unavailable, .outcomeUnknown, .overloaded])
    func `behind a ledger that is stuck no replica is sick`(code: CallFailure.Code) async throws {
        try await Street.with { street in
            let first = try await street.replica { _ in throw CallFailure(code) }
            let second = try await street.replica { _ in throw CallFailure(code) }
            let directory = ReplicaDirectory([first.endpoint, second.endpoint])
            let usual = directory.ranking(for: "one")
            let system = street.system(directory)
            for _ in 0..<5 {
                #expect(await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }?.code == code)
            }
            #expect(directory.ranking(for: "one") == usual)
        }
    }

    @Test func `a replica whose answer came too late is not sick`() async throws {
        try await Street.with { street in
            let first = try await street.replica { _ in
                try? await Task.sleep(for: .seconds(60))
                return .taken(left: 1)
            }
            let directory = ReplicaDirectory([first.endpoint, try await street.nobody()])
            let name = try #require(names(first: first.endpoint, in: directory).first)
            for _ in 0..<3 {
                await CallContext.$current.withValue(CallContext(deadline: .now + .milliseconds(50))) {
                    _ = await callFailure {
                        try await street.shelf(street.system(directory), named: name).take(TakeRequest(item: "a"))
                    }
                }
            }
            #expect(directory.ranking(for: name).first == first.endpoint)
        }
    }

    @Test func `without retries left the first failure is told at once`() async throws {
        try await Street.with { street in
            var settings = DirectorySettings()
            settings.retriesPerSecondMin = 0
            settings.retryShare = 0.5
            let count = HangUp.Count()
            let first = try await street.breaker(counting: count)
            let second = try await street.breaker(counting: count)
            let system = street.system(ReplicaDirectory([first, second], settings: settings))
            for _ in 0..<2 {
                let failure = await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
                #expect(failure?.code == .outcomeUnknown)
            }
            // Two calls and the one retry that they earned.
            #expect(count.current == 3)
        }
    }

    @Test(arguments: [
        CallFailure.Code.unavailable, .fault, .malformed, .unknownRoute, .unknownActor, .unauthorized,
    ])
    func `a failure that another replica can't mend is told at once`(code: CallFailure.Code) async throws {
        try await Street.with { street in
            let first = try await street.replica { _ in throw CallFailure(code) }
            let second = try await street.replica { _ in throw CallFailure(code) }
            let system = street.system(ReplicaDirectory([first.endpoint, second.endpoint]))
            #expect(await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }?.code == code)
            #expect(first.visits.all.count + second.visits.all.count == 1)
        }
    }

    @Test func `where nobody can be reached, nothing was done, and it is said so`() async throws {
        try await Street.with { street in
            let directory = ReplicaDirectory([try await street.nobody(), try await street.nobody()])
            let shelf = try street.shelf(street.system(directory))
            #expect(await callFailure { try await shelf.take(TakeRequest(item: "a")) }?.code == .unreachable)
            directory.replace(by: [])
            #expect(await callFailure { try await shelf.take(TakeRequest(item: "a")) }?.code == .unreachable)
        }
    }

    @Test func `a connection lost after the call was sent leaves its outcome unknown`() async throws {
        try await Street.with { street in
            let count = HangUp.Count()
            let breaker = try await street.breaker(counting: count)
            let system = street.system(ReplicaDirectory([breaker])) { $0.attemptsMax = 1 }
            let failure = await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            #expect(failure?.code == .outcomeUnknown)
            #expect(count.current == 1)
        }
    }

    @Test func `once unknown, an outcome stays so, whatever the replicas asked later say`() async throws {
        try await Street.with { street in
            let breaker = try await street.breaker(counting: HangUp.Count())
            let directory = ReplicaDirectory([breaker, try await street.nobody()])
            let name = try #require(names(first: breaker, in: directory).first)
            let system = street.system(directory) { $0.attemptsMax = 2 }
            let failure = await callFailure { try await street.shelf(system, named: name).take(TakeRequest(item: "a")) }
            #expect(failure?.code == .outcomeUnknown)
        }
    }

    @Test func `after a lost connection the next replica is asked with the same key`() async throws {
        try await Street.with { street in
            let breaker = try await street.breaker(counting: HangUp.Count())
            let (endpoint, visits) = try await street.replica()
            let directory = ReplicaDirectory([breaker, endpoint])
            let name = try #require(names(first: breaker, in: directory).first)
            let system = street.system(directory)
            try await CallContext.$current.withValue(CallContext(idempotencyKey: "mine")) {
                let answer = try await street.shelf(system, named: name).take(TakeRequest(item: "a"))
                #expect(answer == .taken(left: 1))
            }
            #expect(visits.all.map(\.idempotencyKey) == ["mine"])
        }
    }

    @Test func `a replica that does not answer in time leaves the outcome unknown`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica { _ in
                try? await Task.sleep(for: .seconds(60))
                return .taken(left: 1)
            }
            let system = street.system(ReplicaDirectory([endpoint]))
            let failure = await CallContext.$current.withValue(CallContext(deadline: .now + .milliseconds(200))) {
                await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            }
            #expect(failure?.code == .outcomeUnknown)
            #expect(visits.all.count == 1)
        }
    }

    @Test func `attempts are bounded`() async throws {
        try await Street.with { street in
            let count = Atomic(0)
            let (endpoint, _) = try await street.replica { _ in
                count.add(1, ordering: .relaxed)
                throw CallFailure(.draining)
            }
            let system = street.system(ReplicaDirectory([endpoint])) { $0.attemptsMax = 3 }
            #expect(
                await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }?.code == .draining)
            #expect(count.load(ordering: .relaxed) == 3)
        }
    }

    @Test func `one name always meets the same replica, whoever asks`() async throws {
        try await Street.with { street in
            let first = try await street.replica()
            let second = try await street.replica()
            for name in 0..<20 {
                let before = (first.visits.all.count, second.visits.all.count)
                for order in [[first.endpoint, second.endpoint], [second.endpoint, first.endpoint]] {
                    let system = street.system(ReplicaDirectory(order))
                    _ = try await street.shelf(system, named: "name-\(name)").take(TakeRequest(item: "a"))
                }
                let after = (first.visits.all.count, second.visits.all.count)
                #expect(Set([after.0 - before.0, after.1 - before.1]) == [0, 2])
            }
        }
    }
}
