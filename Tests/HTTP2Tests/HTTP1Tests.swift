import HTTP2
import HTTPTypes
import NIOCore
import Testing

@Suite struct HTTP1Tests {
    private static let echo: RequestHandler = { request in
        switch request.path {
        case "/stream":
            return ServerResponse(
                status: .ok,
                body: .stream { writer in
                    try await writer.write("one,")
                    try await writer.write("two")
                })
        case "/later":
            await Task.yield()
            return .text("later")
        case "/unread":
            return .text("unread")
        default:
            do {
                let body = try await request.body.collect(upTo: 100_000)
                return .text("\(request.method) \(request.path) \(String(buffer: body))")
            } catch {
                return .text("\(error)", status: .contentTooLarge)
            }
        }
    }

    private func talk(
        _ text: String, settings: HTTPServerSettings = HTTPServerSettings(), until end: String
    ) async throws
        -> String
    {
        try await Loopback.with(settings: settings, handler: Self.echo) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(text)
            try await eventually("\(end) comes") { raw.text.contains(end) }
            return raw.text
        }
    }

    @Test func `requests sent all at once are answered in order`() async throws {
        let requests = ["/later", "/1", "/stream", "/later", "/2"].map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }
        let answers = try await talk(requests.joined(), until: "GET /2")
        let order = ["later", "GET /1", "one,", "two", "later", "GET /2"]
        var rest = answers[...]
        for part in order {
            guard let found = rest.ranges(of: part).first else {
                Issue.record("\(part) is missing or out of order")
                return
            }
            rest = rest[found.upperBound...]
        }
    }

    @Test func `a thousand requests sent all at once are answered, a few in each turn`() async throws {
        let rest = " HTTP/1.1\r\nHost: x\r\n\r\n"
        let requests = String(repeating: "GET /1\(rest)", count: 1_000) + "GET /2\(rest)"
        let answers = try await talk(requests, until: "GET /2")
        #expect(answers.ranges(of: "GET /1").count == 1_000)
    }

    @Test func `a stream goes in chunks`() async throws {
        let answer = try await talk("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", until: "0\r\n\r\n")
        #expect(answer.contains("Transfer-Encoding: chunked\r\n"))
        #expect(answer.contains("4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"))
    }

    @Test func `a stream to HTTP/1.0 ends with the connection`() async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send("GET /stream HTTP/1.0\r\n\r\n")
            try await eventually("it is closed") { raw.isClosed }
            #expect(raw.text.hasSuffix("\r\n\r\none,two"))
        }
    }

    @Test func `chunked bodies are read`() async throws {
        let request =
            "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        #expect(try await talk(request, until: "POST /x abcde").contains("HTTP/1.1 200 OK\r\n"))
    }

    @Test func `a client that asks for leave gets it when the handler reads`() async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
            let raw = try await RawConnection.open(loopback)
            await raw.send(head)
            try await eventually("leave is given") { raw.text == "HTTP/1.1 100 Continue\r\n\r\n" }
            await raw.send("abc")
            try await eventually("it is answered") { raw.text.contains("POST /x abc") }

            let unread = try await RawConnection.open(loopback)
            await unread.send(head.replacing("/x", with: "/unread"))
            try await eventually("it is closed") { unread.isClosed }
            #expect(unread.text.contains("Connection: close\r\n"))
            #expect(!unread.text.contains("100 Continue"))
        }
    }

    @Test func `a body that nobody reads does not spoil the next request`() async throws {
        let requests =
            "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /next HTTP/1.1\r\nHost: x\r\n\r\n"
        #expect(try await talk(requests, until: "GET /next").contains("unread"))
    }

    @Test func `HEAD has a length and no body`() async throws {
        let requests = "HEAD /later HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n"
        let answers = try await talk(requests, until: "GET /next")
        #expect(answers.contains("Content-Length: 5\r\n"))
        #expect(!answers.contains("later"))
    }

    @Test(arguments: [
        (request: "GET / HTTP/1.1\r\n\r\n", status: "400 Bad Request"),
        (request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: "400 Bad Request"),
        (request: "G{}T / HTTP/1.1\r\nHost: a\r\n\r\n", status: "400 Bad Request"),
        (request: "nonsense\r\n\r\n", status: "400 Bad Request"),
        (request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", status: "413 "),
        (request: "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", status: "431 "),
        (
            request: "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: a\r\n", count: 101))\r\n", status: "431 "
        ),
    ])
    func `what breaks the rules is refused and closed`(request: String, status: String) async throws {
        try await Loopback.with(handler: Self.echo) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(request)
            try await eventually("it is closed") { raw.isClosed }
            #expect(raw.text.hasPrefix("HTTP/1.1 \(status)"))
            #expect(raw.text.contains("Connection: close\r\n"))
        }
    }

    @Test func `a body that comes slowly is given up`() async throws {
        var settings = HTTPServerSettings()
        settings.requestMilliseconds = 300
        let request = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
        #expect(try await talk(request, settings: settings, until: "\r\n\r\n").hasPrefix("HTTP/1.1 408 "))
    }
}
