import ActorTransport
import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Telemetry
import Testing

/// What travels with a call through every hop.
struct CallContextTests {
    @Test func `the idempotency key, the trace and the request id arrive, also at the second hop`() async throws {
        try await Street.with { street in
            let directory = ReplicaDirectory()
            let system = street.system(directory)
            let (endpoint, visits) = try await street.replica(next: system)
            directory.replace(by: [endpoint])
            try await RequestScope.run(requestID: "request-7") {
                let mine = try #require(TraceContext.current)
                try await CallContext.$current.withValue(CallContext(idempotencyKey: "key ~!")) {
                    _ = try await street.shelf(system).take(TakeRequest(item: "a", hops: 1))
                }
                let made = visits.all
                #expect(made.map(\.request.hops) == [1, 0])
                #expect(made.map(\.idempotencyKey) == ["key ~!", "key ~!"])
                #expect(made.map(\.requestID?.description) == ["request-7", "request-7"])
                #expect(made.map(\.trace?.traceID) == [mine.traceID, mine.traceID])
                // Each hop is a piece of work of its own.
                #expect(Set(made.map(\.trace?.spanID) + [mine.spanID]).count == 3)
            }
        }
    }

    @Test func `the trace goes by the W3C's header`() async throws {
        try await Street.with { street in
            let seen = Mutex<HTTPFields?>(nil)
            let endpoint = try await street.peer { request in
                seen.withLock { $0 = request.headerFields }
                return .text(#"{"taken":{"left":1}}"#)
            }
            let system = street.system(ReplicaDirectory([endpoint]))
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            try await RequestScope.run(traceparent: trace) {
                _ = try await street.shelf(system).take(TakeRequest(item: "a"))
            }
            let fields = try #require(seen.withLock { $0 })
            let sent = try #require(fields[HTTPField.Name("traceparent")!])
            #expect(sent.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
            #expect(sent.hasSuffix("-01"))
            #expect(fields[HTTPField.Name("idempotency-key")!] == nil)
        }
    }

    @Test func `the caller's deadline is carried, and shrinks with each hop`() async throws {
        try await Street.with { street in
            let directory = ReplicaDirectory()
            let system = street.system(directory)
            let (inner, visits) = try await street.replica(next: system)
            directory.replace(by: [inner])
            let spans = Mutex<[Int64]>([])
            let watcher = try await street.peer { request in
                let span = request.headerFields[HTTPField.Name("call-deadline-milliseconds")!].flatMap { Int64($0) }
                spans.withLock { $0.append(span ?? -1) }
                // Passed on as it came.
                guard
                    let answer = try? await street.client.execute(
                        ClientRequest(head: request.head, body: try await request.body.collect(upTo: 10_000)),
                        to: inner, deadline: .now + .seconds(20))
                else { return ServerResponse(status: .badGateway) }
                return ServerResponse(
                    status: answer.status, body: .bytes((try? await answer.body.collect(upTo: 10_000)) ?? .init()))
            }
            directory.replace(by: [watcher])
            try await CallContext.$current.withValue(CallContext(deadline: .now + .seconds(15))) {
                _ = try await street.shelf(system).take(TakeRequest(item: "a", hops: 2))
            }
            let carried = spans.withLock { $0 }
            #expect(carried.count == 3)
            #expect(carried[0] <= 15_000)
            #expect(carried[0] > carried[1] && carried[1] > carried[2] && carried[2] > 0, "\(carried)")
            #expect(visits.all.allSatisfy { $0.deadline != nil })
        }
    }

    @Test func `a call without a deadline gets the system's`() async throws {
        try await Street.with { street in
            let spans = Mutex<[Int64]>([])
            let endpoint = try await street.peer { request in
                let span = request.headerFields[HTTPField.Name("call-deadline-milliseconds")!].flatMap { Int64($0) }
                spans.withLock { $0.append(span ?? -1) }
                return .text(#"{"taken":{"left":1}}"#)
            }
            let system = street.system(ReplicaDirectory([endpoint])) { $0.deadlineDefault = .seconds(7) }
            _ = try await street.shelf(system).take(TakeRequest(item: "a"))
            let span = try #require(spans.withLock { $0 }.first)
            #expect((1...7_000).contains(span))
        }
    }

    @Test func `nothing is sent when the time is over already`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let system = street.system(ReplicaDirectory([endpoint]))
            let failure = await CallContext.$current.withValue(CallContext(deadline: .now - .seconds(1))) {
                await callFailure { try await street.shelf(system).take(TakeRequest(item: "a")) }
            }
            #expect(failure?.code == .expired)
            #expect(visits.all.isEmpty)
        }
    }

    @Test func `a replica gets less time than its caller has`() async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let system = street.system(ReplicaDirectory([endpoint])) { $0.hopMargin = .seconds(3) }
            let deadline = ContinuousClock.now + .seconds(60)
            try await CallContext.$current.withValue(CallContext(deadline: deadline)) {
                _ = try await street.shelf(system).take(TakeRequest(item: "a"))
            }
            let given = try #require(visits.all.first?.deadline)
            #expect(given < deadline)
        }
    }

    @Test(arguments: ["-5", "0", "-9223372036854775808"])
    func `a call whose time is over is refused before it begins`(text: String) async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let credential = ServiceCredential(service: "tester", keys: Street.keys)
            let answer = try await street.post(
                "/actors/shelf/one/take", to: endpoint, credential: credential.current(), deadline: text)
            #expect(answer.status == 503)
            #expect(answer.failure?.code == .expired)
            #expect(visits.all.isEmpty)
        }
    }

    @Test(arguments: ["x", "9223372036854775807"])
    func `a hostile deadline harms nobody`(text: String) async throws {
        try await Street.with { street in
            let (endpoint, visits) = try await street.replica()
            let credential = ServiceCredential(service: "tester", keys: Street.keys)
            let fields: HTTPFields = [
                CallHeaders.credential: credential.current(), HTTPField.Name("call-deadline-milliseconds")!: text,
            ]
            let response = try await street.client.execute(
                ClientRequest(
                    method: .post, path: "/actors/shelf/one/take", headerFields: fields,
                    body: .init(string: #"{"item":"a","hops":0}"#)),
                to: endpoint, deadline: .now + .seconds(20))
            #expect(response.status == .ok)
            let deadline = try #require(visits.all.first?.deadline)
            #expect(deadline <= .now + .seconds(600))
        }
    }
}
