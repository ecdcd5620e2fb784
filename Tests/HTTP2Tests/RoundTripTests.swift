import HTTP2
import HTTPTypes
import NIOCore
import Testing

@Suite struct RoundTripTests {
    @Test func `a request gets its answer over HTTP/2`() async throws {
        try await Loopback.with { request in
            .text("\(request.method) \(request.path) \(request.protocolVersion.rawValue)")
        } _: { loopback in
            let answer = try await loopback.ask(.get, "/a/b?c=d")
            #expect(answer.status == 200)
            #expect(answer.text == "GET /a/b HTTP/2")
            #expect(answer.head.headerFields[.contentLength] == "15")
            #expect(answer.head.headerFields[.date]?.hasSuffix("GMT") == true)
        }
    }

    @Test(arguments: [0, 1, 100, 16_384, 65_535, 65_536, 500_000])
    func `a body comes back as it was sent`(count: Int) async throws {
        try await Loopback.with { request in
            do {
                return ServerResponse(status: .ok, body: .bytes(try await request.body.collect(upTo: 1_000_000)))
            } catch {
                return .text("\(error)", status: .internalServerError)
            }
        } _: { loopback in
            let body = String(repeating: "x", count: count)
            let answer = try await loopback.ask(.post, "/", body: body)
            #expect(answer.status == 200)
            #expect(answer.text == body)
        }
    }

    @Test func `a response written in pieces arrives whole and in order`() async throws {
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    for number in 0..<2_000 { try await writer.write("line \(number) of a long answer\n") }
                })
        } _: { loopback in
            let answer = try await loopback.ask(.get, "/")
            let lines = answer.text.split(separator: "\n")
            #expect(lines.count == 2_000)
            #expect(lines.last == "line 1999 of a long answer")
        }
    }

    @Test func `a thousand calls at once share one connection`() async throws {
        try await Loopback.with(settings: .internalListener) { request in
            await Task.yield()
            return .text(String(request.path))
        } _: { loopback in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1_000 {
                    group.addTask {
                        let answer = try await loopback.ask(.get, "/\(number)")
                        #expect(answer.text == "/\(number)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(loopback.server.connectionCount == 1)
        }
    }

    @Test func `more calls than the server allows streams wait for their turn`() async throws {
        var settings = HTTPServerSettings()
        settings.streamsMax = 3
        try await Loopback.with(settings: settings) { request in
            await Task.yield()
            return .text(String(request.path))
        } _: { loopback in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let answer = try await loopback.ask(.get, "/\(number)")
                        #expect(answer.text == "/\(number)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `HEAD answers with the length and no body`() async throws {
        try await Loopback.with { _ in
            .text("four")
        } _: { loopback in
            let answer = try await loopback.ask(.head, "/")
            #expect(answer.text.isEmpty)
            #expect(answer.head.headerFields[.contentLength] == "4")
        }
    }

    @Test func `a handler runs on its connection's loop`() async throws {
        try await Loopback.with { request in
            let before = request.eventLoop.inEventLoop
            await Task.yield()
            return .text("\(before) \(request.eventLoop.inEventLoop)")
        } _: { loopback in
            let answer = try await loopback.ask(.get, "/")
            #expect(answer.text == "true true")
        }
    }

    @Test func `ids, traces and keys that no message repeats arrive each with its own request`() async throws {
        let names = ["request-id", "x-request-id", "traceparent", "idempotency-key", "other"]
        try await Loopback.with { request in
            var response = ServerResponse(status: .ok)
            for name in names.compactMap({ HTTPField.Name($0) }) {
                response.headerFields[name] = request.headerFields[name]
            }
            return response
        } _: { loopback in
            for number in 0..<300 {
                var fields = HTTPFields()
                for name in names.compactMap({ HTTPField.Name($0) }) { fields[name] = "\(name) \(number)" }
                let answer = try await loopback.ask(.get, "/", headerFields: fields)
                for name in names.compactMap({ HTTPField.Name($0) }) {
                    #expect(answer.head.headerFields[name] == "\(name) \(number)")
                }
            }
        }
    }

    @Test func `a field's value is what the subscript gives`() throws {
        let name = try #require(HTTPField.Name("A"))
        let other = try #require(HTTPField.Name("b"))
        var fields: HTTPFields = [.cookie: "a=1; b=2", other: ""]
        #expect(fields.value(of: name) == nil)
        fields.append(HTTPField(name: name, value: "1"))
        #expect(fields.value(of: name) == "1")
        fields.append(HTTPField(name: try #require(HTTPField.Name("a")), value: "2"))
        for known in [name, other, .cookie, .accept] { #expect(fields.value(of: known) == fields[known]) }
        #expect(fields.value(of: name) == "1, 2")
    }
}
