import ActorTransport
import Contracts
import HTTPTypes
import ServiceRuntime
import Sessions
import Shedding
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Gateway

/// What the gateway refuses, and what it goes on answering, when there is no room.
struct SheddingTests {
    private static let performance = "0198f0a2-7c1e-7000-8000-000000000001"

    private static func narrow(_ limit: Int = 1) -> IntakeSettings {
        var settings = IntakeSettings()
        (settings.limitMin, settings.limitInitial, settings.limitMax) = (limit, limit, limit)
        settings.burstWait = .milliseconds(10)
        return settings
    }

    private func bearer(_ edge: Edge, _ role: CustomerRole = .customer) -> HTTPFields {
        [.authorization: "Bearer \(edge.codec.text(of: edge.session(role)))"]
    }

    /// Runs `body` while one request, of somebody's holds, has the only place.
    private func filled(_ edge: Edge, _ body: () async throws -> Void) async throws {
        let (gate, opener) = AsyncStream<Void>.makeStream()
        edge.services.answer("holds/holds") {
            for await _ in gate {}
            return try Answer(ListResource<String>(items: []))
        }
        let fields = bearer(edge)
        async let first = edge.ask(.get, "/v1/holds?performance_id=\(Self.performance)", fields)
        try await eventually("the place is taken") { edge.services.calls.contains { $0.route == "holds/holds" } }
        try await body()
        opener.finish()
        #expect(await first.status == 200)
        #expect(edge.intake.intake.inFlight == 0)
    }

    @Test func `without room a request is refused before anybody asks who it is`() async throws {
        let edge = try Edge(settings: Self.narrow())
        try await filled(edge) {
            let refused = await edge.ask(.post, "/v1/performances/\(Self.performance)/holds")
            #expect(refused.status == 503)
            #expect(refused.code == .overloaded)
            let seconds = try #require(refused.fields[.retryAfter].flatMap { Int($0) })
            #expect((1...30).contains(seconds))
            #expect((try? WireJSON.decode(Problem.self, from: refused.body))?.retryAfterSeconds == seconds)
            #expect(refused.fields[.xContentTypeOptions] == "nosniff")
            #expect(refused.fields[.contentType] == "application/problem+json")
        }
    }

    @Test func `the page and what is in memory are answered without room`() async throws {
        let edge = try Edge(settings: Self.narrow(), staleFor: .seconds(60))
        edge.services.answer("catalogue/events") { try Answer(ListResource<String>(items: [])) }
        #expect(await edge.ask(.get, "/v1/events").status == 200)
        try await filled(edge) {
            #expect(await edge.ask(.get, "/").status == 200)
            #expect(await edge.ask(.get, "/v1/events").status == 200)
            #expect(await edge.ask(.get, "/v1/events?limit=3").code == .overloaded)
        }
    }

    @Test func `a payment gives its place to others while the provider is asked`() async throws {
        let edge = try Edge(settings: Self.narrow())
        let (gate, opener) = AsyncStream<Void>.makeStream()
        edge.services.answer("payments/paymentReturn") {
            for await _ in gate {}
            return try Answer(
                PaymentReturnResource(
                    paymentId: PaymentID(at: .now), orderId: OrderID(at: .now), performanceId: PerformanceID(at: .now),
                    state: .succeeded))
        }
        async let paying = edge.ask(.get, "/payments/\(PaymentID(at: .now))/return")
        try await eventually("the provider is asked") { edge.services.calls.count == 1 }
        #expect(edge.intake.intake.inFlight == 0)
        edge.services.answer("holds/holds") { try Answer(ListResource<String>(items: [])) }
        let holds = await edge.ask(.get, "/v1/holds?performance_id=\(Self.performance)", bearer(edge))
        #expect(holds.status == 200)
        opener.finish()
        #expect(await paying.status == 303)
        #expect(edge.intake.intake.inFlight == 0)
    }

    @Test(
        arguments: [
            ("GET", "/v1/holds?performance_id=\(performance)", "holds/holds", RequestPriority.place),
            ("GET", "/v1/tickets", "payments/tickets", .browse),
            ("GET", "/v1/events", "catalogue/events", .browse),
            ("GET", "/payments/\(performance)/return", "payments/paymentReturn", .pay),
        ])
    func `how much a request matters travels with its calls, and so does its deadline`(
        method: String, path: String, route: String, priority: RequestPriority
    ) async throws {
        let edge = try Edge()
        _ = await edge.ask(try #require(HTTPRequest.Method(method)), path, bearer(edge))
        let call = try #require(edge.services.calls.first { $0.route == route })
        #expect(call.priority == priority)
        #expect(try #require(call.deadline) > .now)
    }

    @Test func `a service that has no room is told as such, and when to come again`() async throws {
        let edge = try Edge()
        edge.services.answer("payments/tickets") { () -> Answer in throw CallFailure(.overloaded) }
        let refused = await edge.ask(.get, "/v1/tickets", bearer(edge))
        #expect(refused.code == .overloaded)
        #expect(refused.fields[.retryAfter] != nil)
    }

    @Test func `in an overload a request is refused early in a loop's round, one that pays never`() throws {
        let intake = try Edge().intake
        for (calm, overload, priority) in [
            (100, 12.5, .hold), (50, 6.25, .place), (25, 3.125, .browse), (25, 3.125, .signIn),
        ] as [(Double, Double, RequestPriority)] {
            #expect(intake.roundAgeMax(for: priority, isOverloaded: false) == .milliseconds(calm))
            #expect(intake.roundAgeMax(for: priority, isOverloaded: true) == .milliseconds(overload))
        }
        for isOverloaded in [false, true] {
            #expect(intake.roundAgeMax(for: .pay, isOverloaded: isOverloaded) == nil)
        }
    }

    // MARK: The doorstep

    @Test func `who would wait in vain is refused at once, and who waits is served`() async throws {
        var settings = Self.narrow()
        (settings.queueMax, settings.burstWait, settings.overloadWait) = (1, .seconds(20), .seconds(20))
        let edge = try Edge(settings: settings)
        let path = "/v1/holds?performance_id=\(Self.performance)"
        let fields = bearer(edge)
        let (gate, opener) = AsyncStream<Void>.makeStream()
        edge.services.answer("holds/holds") {
            for await _ in gate {}
            return try Answer(ListResource<String>(items: []))
        }
        let told = await withTaskGroup(of: EdgeAnswer.self) { group in
            for _ in 0..<12 { group.addTask { await edge.ask(.get, path, fields) } }
            var told: [EdgeAnswer] = []
            for await answer in group {
                told.append(answer)
                // One is served and one waits: all others were told so before anybody was.
                if told.count == 10 { opener.finish() }
            }
            return told
        }
        #expect(told.map(\.status) == [Int](repeating: 503, count: 10) + [200, 200])
        #expect(told[0].fields[.retryAfter] != nil)
        #expect(told[0].fields[.requestID] == nil)
        #expect(edge.intake.intake.inFlight == 0)
    }

    @Test func `who is refused at the doorstep over HTTP/2 is told all that others are`() async throws {
        let edge = try Edge(settings: Self.narrow())
        try await filled(edge) {
            let path = "/v1/performances/\(Self.performance)/holds"
            let refused = try await edge.call(.post, path, body: #"{"seat_indexes":[1]}"#)
            #expect(refused.status == 503)
            #expect(refused.fields[.contentType] == "application/problem+json")
            #expect(refused.fields[.xContentTypeOptions] == "nosniff")
            #expect(refused.fields[.requestID] == nil)
            let problem = try WireJSON.decode(Problem.self, from: refused.body)
            #expect(problem.code == .overloaded)
            #expect(problem.retryAfterSeconds.map { "\($0)" } == refused.fields[.retryAfter])
        }
    }

    @Test(
        arguments: [
            "session=a", "a=b; session=x", "a=b;session=", "session=", "session", "sessions=a", "xsession=a",
            "session=; session=a", " session=a", "a=session=b", "", ";", "session=a=b", "b; session=;c", "Session=a",
        ])
    func `the session's cookie is found in bytes where it is found in text`(cookie: String) {
        let fields = [HTTPField(name: .cookie, value: cookie)]
        let value = SessionCookie.value(in: HTTPFields(fields))
        let isSet = Array(cookie.utf8).withUnsafeBufferPointer { SessionMark.isSet($0) }
        #expect(isSet == value.map { !$0.isEmpty })
    }

    // MARK: Who shows nothing

    @Test(
        arguments: [
            ([:], .browse), ([.cookie: "a=b; session="], .browse), ([.cookie: "session=x"], .pay),
            ([.authorization: "Bearer x"], .pay),
        ] as [(HTTPFields, RequestPriority)])
    func `who shows no session matters as much as anybody who looks around`(
        fields: HTTPFields, priority: RequestPriority
    ) async throws {
        let edge = try Edge()
        _ = await edge.ask(.get, "/payments/\(PaymentID(at: .now))/return", fields)
        #expect(edge.services.calls.map(\.priority) == [priority])
    }

    @Test func `a provider's message matters whatever it shows`() async throws {
        let edge = try Edge()
        edge.services.answer("payments/webhook") { Answer.noContent }
        _ = try await edge.call(.post, "/v1/webhooks/toss?token=x", body: "{}")
        #expect(edge.services.calls.map(\.priority) == [.pay])
    }

    @Test func `without room nobody's body is read who shows no session`() async throws {
        let edge = try Edge(settings: Self.narrow())
        let path = "/v1/performances/\(Self.performance)/holds"
        let body = #"{"seat_indexes":[1]}"#
        try await filled(edge) {
            let refused = try await edge.call(.post, path, body: body)
            #expect(refused.status == 503)
            #expect(refused.fields[.retryAfter] != nil)
        }
        #expect(try await edge.call(.post, path, body: body).status == 401)
    }

    // MARK: Limits

    @Test func `an account that asks too often is told so, another one and an organizer are not`() async throws {
        let edge = try Edge(limits: EdgeLimits(accounts: RateLimiter("test", perSecond: 0.01, burst: 2)))
        edge.services.answer("payments/tickets") { try Answer(ListResource<String>(items: [])) }
        let (first, second, organizer) = (bearer(edge), bearer(edge), bearer(edge, .organizer))
        for fields in [first, first, second] { #expect(await edge.ask(.get, "/v1/tickets", fields).status == 200) }
        let refused = await edge.ask(.get, "/v1/tickets", first)
        #expect(refused.status == 429)
        #expect(refused.code == .rateLimited)
        #expect(try #require(refused.fields[.retryAfter].flatMap { Int($0) }) > 90)
        for _ in 0..<5 { #expect(await edge.ask(.get, "/v1/tickets", organizer).status == 200) }
    }

    @Test func `an address that asks too often is told so, also behind a trusted proxy`() async throws {
        let edge = try Edge(
            trusting: ["10.0.0.0/8"].compactMap { NetworkRange($0) },
            limits: EdgeLimits(sources: RateLimiter("test", perSecond: 0.01, burst: 2)))
        func ask(_ address: String?, _ client: String? = nil) async -> Int {
            var fields = HTTPFields()
            if let client { fields[.forwarded] = "for=\"\(client)\"" }
            return await edge.ask(.get, "/", fields, from: address).status
        }
        for _ in 0..<2 { #expect(await ask("203.0.113.7") == 200) }
        #expect(await ask("203.0.113.7") == 429)
        #expect(await ask("203.0.113.8") == 200)
        for _ in 0..<2 { #expect(await ask("10.0.0.1", "198.51.100.1") == 200) }
        #expect(await ask("10.0.0.1", "198.51.100.1") == 429)
        #expect(await ask("10.0.0.1", "198.51.100.2") == 200)
        // The proxy itself, and whom it does not name.
        for _ in 0..<5 { #expect(await ask("10.0.0.1") == 200) }
        for _ in 0..<5 { #expect(await ask("10.0.0.1", "_hidden") == 200) }
        for _ in 0..<5 { #expect(await ask(nil) == 200) }
        // The addresses of one subscriber are one source.
        for number in 1...2 { #expect(await ask("2001:db8::\(number)") == 200) }
        #expect(await ask("2001:db8::3") == 429)
    }

    @Test func `sign-ins have a limit of their own`() async throws {
        let edge = try Edge(limits: EdgeLimits(signIns: RateLimiter("test", perSecond: 0.01, burst: 1)))
        #expect(await edge.ask(.post, "/v1/sessions", from: "203.0.113.7").status == 415)
        #expect(await edge.ask(.post, "/v1/sessions", from: "203.0.113.7").status == 429)
        #expect(await edge.ask(.get, "/", from: "203.0.113.7").status == 200)
    }

    @Test func `a means of payment that is used too often is told so`() throws {
        let limits = EdgeLimits(instruments: RateLimiter("test", perSecond: 0.01, burst: 1))
        try limits.payment(by: "card-1")
        #expect(throws: EdgeRefusal.self) { try limits.payment(by: "card-1") }
        try limits.payment(by: "card-2")
    }

    // MARK: Older answers

    @Test func `while the catalogue can't be asked, what is older is shown and tells its age`() async throws {
        let edge = try Edge(staleFor: .seconds(60))
        edge.services.answer("catalogue/event") { try Answer(["event_id": "1"]) }
        let path = "/v1/events/\(Self.performance)"
        #expect(await edge.ask(.get, path).fields[.age] == nil)
        edge.services.answer("catalogue/event") { () -> Answer in throw CallFailure(.overloaded) }
        try await eventually("what is kept is not fresh any more") {
            let answer = await edge.ask(.get, path)
            #expect(answer.status == 200)
            return answer.fields[.age].flatMap { Int($0) } ?? 0 >= 1
        }
    }
}
