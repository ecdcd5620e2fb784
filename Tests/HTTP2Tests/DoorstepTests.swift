import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Testing

/// Requests that are answered before anything is made of them.
@Suite struct DoorstepTests {
    /// What a table with a doorstep saw.
    private final class Seen: Sendable {
        private let counts = Mutex((knocks: 0, handled: 0, withBody: 0))

        var knocks: Int { counts.withLock { $0.knocks } }
        var handled: Int { counts.withLock { $0.handled } }
        var withBody: Int { counts.withLock { $0.withBody } }

        func knocked(hasBody: Bool) {
            counts.withLock {
                $0.knocks += 1
                if hasBody { $0.withBody += 1 }
            }
        }

        func began() { counts.withLock { $0.handled += 1 } }
    }

    private static let full = ReadyResponse(
        ServerResponse(
            status: .serviceUnavailable, headerFields: [.retryAfter: "7", .contentType: "text/plain"],
            body: .text("full")))

    /// `/full` is refused, `/picky` where it has a field `Cookie: no`, and the rest is let in; `/slow` waits for a gate.
    private static func table(_ seen: Seen, gate: AsyncStream<Void>? = nil) -> RouteTable {
        var routes = RouteTable()
        let refusing: Doorstep = { request in
            seen.knocked(hasBody: request.hasBody)
            return full
        }
        for method in [HTTPRequest.Method.get, .post] {
            routes.on(method, "/full", behind: refusing) { _ in
                seen.began()
                return .text("in")
            }
        }
        routes.on(
            .get, "/picky",
            behind: { request in
                seen.knocked(hasBody: request.hasBody)
                return request.first(.cookie) { $0.elementsEqual("no".utf8) ? true : nil } ? full : nil
            }
        ) { request in
            .text(request.headerFields[.cookie] ?? "none")
        }
        routes.on(.get, "/things/{name}") { request in .text(request.pathParameters["name"] ?? "?") }
        routes.on(.get, "/slow") { _ in
            seen.began()
            if let gate { for await _ in gate {} }
            return .text("at last")
        }
        routes.on(.post, "/read") { request in
            seen.began()
            let body = try? await request.body.collect(upTo: 100_000)
            return .text("read \(body?.readableBytes ?? -1)")
        }
        routes.doorstepOfNoRoute = { request in request.contains(.authorization) ? full : nil }
        return routes
    }

    // MARK: HTTP/2

    @Test func `who is refused at the doorstep is told so whole, and no handler begins`() async throws {
        let seen = Seen()
        try await Loopback.with(routes: Self.table(seen)) { loopback in
            for method in [HTTPRequest.Method.get, .post] {
                let answer = try await loopback.ask(method, "/full", body: method == .post ? "a body" : "")
                #expect(answer.status == 503)
                #expect(answer.text == "full")
                #expect(answer.head.headerFields[.retryAfter] == "7")
                #expect(answer.head.headerFields[.contentLength] == "4")
                #expect(answer.head.headerFields[.date] != nil)
            }
            #expect(seen.knocks == 2)
            #expect(seen.withBody == 1)
            #expect(seen.handled == 0)
            #expect(loopback.server.requestsInFlight == 0)
        }
    }

    @Test func `HEAD is refused with the length of what is not sent`() async throws {
        try await Loopback.with(routes: Self.table(Seen())) { loopback in
            let answer = try await loopback.ask(.head, "/full")
            #expect(answer.status == 503)
            #expect(answer.text == "")
            #expect(answer.head.headerFields[.contentLength] == "4")
        }
    }

    @Test func `a doorstep reads the fields, and who is let in finds all of them`() async throws {
        try await Loopback.with(routes: Self.table(Seen())) { (loopback: Loopback) async throws in
            #expect(try await loopback.ask(.get, "/picky", headerFields: [.cookie: "yes"]).text == "yes")
            #expect(try await loopback.ask(.get, "/picky", headerFields: [.cookie: "no"]).status == 503)
            #expect(try await loopback.ask(.get, "/picky").text == "none")
            #expect(try await loopback.ask(.get, "/things/a%20b?x=1").text == "a b")
            #expect(try await loopback.ask(.get, "/things/%zz").status == 404)
        }
    }

    @Test func `what no route answers has a doorstep too`() async throws {
        try await Loopback.with(routes: Self.table(Seen())) { (loopback: Loopback) async throws in
            #expect(try await loopback.ask(.get, "/nowhere").status == 404)
            #expect(try await loopback.ask(.get, "/nowhere", headerFields: [.authorization: "x"]).status == 503)
            #expect(try await loopback.ask(.delete, "/full").status == 405)
            #expect(try await loopback.ask(.delete, "/full", headerFields: [.authorization: "x"]).status == 503)
        }
    }

    @Test func `hundreds are refused while handlers of the same connection wait`() async throws {
        let seen = Seen()
        let (gate, opener) = AsyncStream<Void>.makeStream()
        try await Loopback.with(settings: .internalListener, routes: Self.table(seen, gate: gate)) { loopback in
            async let slow = loopback.ask(.get, "/slow")
            try await eventually("the slow one began") { seen.handled == 1 }
            let refused = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<600 {
                    group.addTask {
                        let body = number % 2 == 0 ? "" : "a body"
                        return try await loopback.ask(body.isEmpty ? .get : .post, "/full", body: body).status
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 == 503 ? 1 : 0 }
            }
            #expect(refused == 600)
            #expect(loopback.server.requestsInFlight == 1)
            opener.finish()
            #expect(try await slow.text == "at last")
        }
    }

    @Test func `many who are let in at once are all answered, a few at a time`() async throws {
        try await Loopback.with(settings: .internalListener, routes: Self.table(Seen())) { loopback in
            let told = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<400 { group.addTask { try await loopback.ask(.get, "/things/\(number)").text } }
                for number in 0..<100 {
                    group.addTask {
                        try await loopback.ask(.post, "/read", body: String(repeating: "x", count: number)).text
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(told.isSuperset(of: (0..<400).map { "\($0)" }))
            #expect(told.isSuperset(of: (0..<100).map { "read \($0)" }))
        }
    }

    @Test func `the answers of one read come before the handlers of the same read`() async throws {
        let seen = Seen()
        let (gate, opener) = AsyncStream<Void>.makeStream()
        try await Loopback.with(routes: Self.table(seen, gate: gate)) { loopback in
            let raw = try await RawConnection.open(loopback)
            let slow = (0..<20).map { Self.request("GET", "/slow", stream: UInt32(2 * $0 + 1)) }
            await raw.send(Frame.preface + slow.joined() + Self.request("GET", "/full", stream: 101))
            try await eventually("the last one is answered") { raw.frames.contains { $0.type == 0 } }
            try await eventually("the others began") { seen.handled == 20 }
            opener.finish()
            try await eventually("all are answered") { raw.frames.count { $0.type == 0 } == 21 }
            await raw.close()
        }
    }

    @Test func `a body that nobody wants is given up after the answer, and its credit comes back`() async throws {
        try await Loopback.with(routes: Self.table(Seen())) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface)
            for number in 0..<40 {
                let stream = UInt32(2 * number + 1)
                await raw.send(Self.request("POST", "/full", stream: stream, ends: false))
                try await eventually("it is refused, and its body not wanted") {
                    raw.frames.contains { $0.type == 3 && $0.payload == [0, 0, 0, 0] }
                        && raw.frames.count { $0.type == 3 } == number + 1
                }
                // More than the connection's credit in all: what comes late is dropped, and counts for nothing.
                for _ in 0..<3 { await raw.send(Frame.make(0, stream: stream, [UInt8](repeating: 1, count: 16_000))) }
            }
            await raw.send(Self.request("GET", "/things/a", stream: 1_001))
            try await eventually("the connection is as good as ever") {
                raw.frames.count { $0.type == 0 } == 41 && raw.goAwayCode == nil
            }
            await raw.close()
        }
    }

    @Test func `who takes no answer gets no credit for more of a refused request's body`() async throws {
        let settings = Frame.make(4, [0, 4, 0, 0, 0, 0])
        try await Loopback.with(routes: Self.table(Seen())) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Array(Frame.preface.prefix(24)) + settings)
            await raw.send(Self.request("POST", "/full", stream: 1, ends: false))
            try await eventually("it is refused") { raw.frames.contains { $0.type == 1 } }
            let credits = raw.frames.count { $0.type == 8 }
            for _ in 0..<3 { await raw.send(Frame.make(0, stream: 1, [UInt8](repeating: 1, count: 16_000))) }
            await raw.send(Frame.make(6, [UInt8](repeating: 7, count: 8)))
            try await eventually("all was read") { raw.frames.contains { $0.type == 6 && $0.flags & 1 != 0 } }
            #expect(raw.frames.count { $0.type == 8 } == credits)
            await raw.close()
        }
    }

    @Test func `a client that gives no credit for an answer is waited for, and others are not in its way`() async throws
    {
        let settings = Frame.make(4, [0, 4, 0, 0, 0, 2])
        try await Loopback.with(routes: Self.table(Seen())) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Array(Frame.preface.prefix(24)) + settings + Self.request("GET", "/full", stream: 1))
            try await eventually("two bytes come") { raw.frames.contains { $0.type == 0 && $0.payload.count == 2 } }
            await raw.send(Frame.make(8, stream: 1, [0, 0, 0, 100]))
            try await eventually("the rest comes") {
                raw.frames.filter { $0.type == 0 }.flatMap(\.payload) == Array("full".utf8)
            }
            #expect(raw.frames.contains { $0.type == 0 && $0.flags & 1 != 0 })
            await raw.close()
        }
    }

    @Test func `a client that takes a refused request back is forgotten`() async throws {
        let settings = Frame.make(4, [0, 4, 0, 0, 0, 0])
        try await Loopback.with(routes: Self.table(Seen())) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Array(Frame.preface.prefix(24)) + settings)
            for number in 0..<100 {
                let stream = UInt32(2 * number + 1)
                let taking = Frame.make(3, stream: stream, [0, 0, 0, 8])
                await raw.send(Self.request("GET", "/full", stream: stream) + taking)
            }
            await raw.send(
                Frame.make(4, [0, 4, 0, 0, 100, 0]) + Self.request("GET", "/things/a", stream: 1_001))
            try await eventually("another one is answered") { raw.frames.contains { $0.type == 0 } }
            #expect(raw.frames.filter { $0.type == 0 }.flatMap(\.payload) == [UInt8(ascii: "a")])
            await raw.close()
        }
    }

    @Test func `a connection may end with answers on their way`() async throws {
        let settings = Frame.make(4, [0, 4, 0, 0, 0, 0])
        var limits = HTTPServerSettings()
        limits.requestsMax = 20
        try await Loopback.with(settings: limits, routes: Self.table(Seen())) { loopback in
            for _ in 0..<4 {
                let raw = try await RawConnection.open(loopback)
                let requests = (0..<10).map { Self.request("GET", "/full", stream: UInt32(2 * $0 + 1)) }
                await raw.send(Array(Frame.preface.prefix(24)) + settings + requests.joined())
                try await eventually("the heads came") { raw.frames.count { $0.type == 1 } == 10 }
                await raw.close()
            }
            // None of them is counted any more.
            try await eventually("there is room") { (try? await loopback.ask(.get, "/things/a"))?.status == 200 }
        }
    }

    // MARK: HTTP/1.1

    private func talk(_ text: String, _ seen: Seen, until isOver: (RawConnection) -> Bool) async throws -> String {
        try await Loopback.with(routes: Self.table(seen)) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(text)
            try await eventually("it is over") { isOver(raw) }
            return raw.text
        }
    }

    @Test func `over one HTTP/1.1 connection some are refused and others answered, in order`() async throws {
        let seen = Seen()
        let body = "POST /full HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        let text =
            Self.get("/full") + Self.get("/things/1") + body + Self.get("/things/2")
            + Self.get("/full").replacing("GET", with: "HEAD") + Self.get("/things/last")
        let answers = try await talk(text, seen) { $0.text.hasSuffix("last") }
        let statuses = answers.ranges(of: /HTTP\/1\.1 \d+/).map { answers[$0].suffix(3) }
        #expect(statuses == ["503", "200", "503", "200", "503", "200"])
        #expect(answers.ranges(of: "Retry-After: 7\r\n").count == 3)
        #expect(answers.ranges(of: "full").count == 2)
        #expect(seen.handled == 0)
    }

    @Test func `a thousand refused requests sent all at once are told so over HTTP/1.1`() async throws {
        let text = String(repeating: Self.get("/full"), count: 1_000) + Self.get("/things/last")
        let answers = try await talk(text, Seen()) { $0.text.hasSuffix("last") }
        #expect(answers.ranges(of: "HTTP/1.1 503").count == 1_000)
    }

    @Test func `who waits for leave to send a body is refused, and the connection closed`() async throws {
        let text = "POST /full HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        let answer = try await talk(text, Seen()) { $0.isClosed }
        #expect(answer.hasPrefix("HTTP/1.1 503"))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(!answer.contains("100 Continue"))
    }

    // MARK: Tables as handlers

    @Test func `a table that is a handler asks its doorsteps as well`() async throws {
        let seen = Seen()
        try await Loopback.with(handler: Self.table(seen).handler()) { (loopback: Loopback) async throws in
            #expect(try await loopback.ask(.post, "/full", body: "x").status == 503)
            #expect(try await loopback.ask(.get, "/picky", headerFields: [.cookie: "no"]).text == "full")
            #expect(try await loopback.ask(.get, "/picky", headerFields: [.cookie: "yes"]).text == "yes")
            #expect(seen.handled == 0)
        }
    }

    // MARK: Helpers

    private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n" }

    /// A request in HPACK without indexing; paths are shorter than 127 bytes.
    private static func request(_ method: String, _ path: String, stream: UInt32, ends: Bool = true) -> [UInt8] {
        let block =
            [method == "GET" ? 0x82 : 0x83, 0x86, 0x04, UInt8(path.utf8.count)] + Array(path.utf8)
            + [0x01, 0x01, UInt8(ascii: "x")]
        return Frame.make(1, flags: ends ? 5 : 4, stream: stream, block)
    }
}
