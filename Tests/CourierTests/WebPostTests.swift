import Courier
import NIOCore
import TestSupport
import Testing

@Suite struct WebPostTests {
    private static let loopback: @Sendable (SocketAddress) -> Bool = { $0.ipAddress == "127.0.0.1" }

    private func post(
        _ url: String, milliseconds: Int = 10_000, allowsClearText: Bool = true,
        mayReach: @escaping @Sendable (SocketAddress) -> Bool = loopback
    ) async throws -> Result<WebAnswer, CourierFailure> {
        let courier = Courier()
        var result: Result<WebAnswer, CourierFailure>
        do {
            result = .success(
                try await courier.post(
                    WebPost(
                        url: url, headerFields: [("Content-Type", "application/json"), ("X-Test", "1")],
                        body: Array(#"{"a":1}"#.utf8), allowsClearText: allowsClearText, mayReach: mayReach),
                    milliseconds: milliseconds))
        } catch let failure as CourierFailure {
            result = .failure(failure)
        }
        try await courier.stop()
        return result
    }

    private func kind(_ result: Result<WebAnswer, CourierFailure>) -> CourierFailure.Kind? {
        if case .failure(let failure) = result { return failure.kind }
        return nil
    }

    /// A server that reads a request's head and body and then says something.
    private func server(_ answer: @escaping @Sendable (LineServer.Conversation) -> Void) throws -> LineServer {
        try LineServer { conversation in
            while let line = conversation.line(), !line.isEmpty {}
            _ = conversation.bytes(7)
            answer(conversation)
        }
    }

    @Test func `a body arrives, and the answer is told`() async throws {
        let server = try LineServer { conversation in
            var lines: [String] = []
            while let line = conversation.line(), !line.isEmpty { lines.append(line) }
            let body = String(decoding: conversation.bytes(7), as: UTF8.self)
            let isRight =
                lines.first == "POST /a?b=c HTTP/1.1" && lines.contains("X-Test: 1") && body == #"{"a":1}"#
                && !lines.contains { $0.lowercased().hasPrefix("expect") }
            conversation.send("HTTP/1.1 \(isRight ? 200 : 400) x\r\nContent-Length: 2\r\n\r\nok")
        }
        defer { server.stop() }
        #expect(try await post("http://127.0.0.1:\(server.port)/a?b=c").get().excerpt == "ok")
    }

    @Test(arguments: [199, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
    func `everything but 2xx is a refusal, and nobody is followed elsewhere`(status: Int) async throws {
        let elsewhere = try server { $0.send("HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n") }
        let port = elsewhere.port
        let server = try server { conversation in
            conversation.send(
                "HTTP/1.1 \(status) x\r\nLocation: http://127.0.0.1:\(port)/\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n")
        }
        defer {
            server.stop()
            elsewhere.stop()
        }
        let failed = kind(try await post("http://127.0.0.1:\(server.port)/", milliseconds: 2_000))
        // An interim answer is none at all.
        if status >= 200 { #expect(failed == .refused(code: status)) } else { #expect(failed != nil) }
        #expect(elsewhere.connectionCount == 0)
    }

    @Test func `a forbidden address is not even connected to, by number or by name`() async throws {
        let server = try server { $0.send("HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n") }
        defer { server.stop() }
        for host in ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "0"] {
            let result = try await post("http://\(host):\(server.port)/", mayReach: { _ in false })
            #expect(kind(result) == .forbidden, "\(host)")
        }
        #expect(server.connectionCount == 0)
    }

    @Test func `a long address of IPv6 is judged whole`() async throws {
        let result = try await post(
            "http://[::1]:1/",
            mayReach: { address in
                #expect(address.ipAddress == "::1")
                return false
            })
        #expect(kind(result) == .forbidden)
    }

    @Test func `clear text and other schemes go nowhere unless they may`() async throws {
        let server = try server { $0.send("HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n") }
        defer { server.stop() }
        #expect(kind(try await post("http://127.0.0.1:\(server.port)/", allowsClearText: false)) == .broken)
        for url in ["file:///etc/passwd", "gopher://127.0.0.1:\(server.port)/", "smtp://127.0.0.1:\(server.port)"] {
            #expect(kind(try await post(url)) == .broken)
        }
        #expect(server.connectionCount == 0)
    }

    @Test func `an answer that never ends has been an answer`() async throws {
        let server = try server { conversation in
            conversation.send("HTTP/1.1 200 x\r\nContent-Length: 1000000000\r\n\r\n")
            while conversation.send(String(repeating: "a", count: 10_000)) {}
        }
        defer { server.stop() }
        #expect(try await post("http://127.0.0.1:\(server.port)/").get().excerpt == String(repeating: "a", count: 200))
    }

    @Test(arguments: ["X-A: b\r\n", "a", "HTTP/1.1 100 Continue\r\n\r\n"])
    func `a head that never ends is stopped`(piece: String) async throws {
        let server = try server { conversation in
            conversation.send(piece.hasPrefix("HTTP") ? "" : "HTTP/1.1 200 x\r\n")
            while conversation.send(String(repeating: piece, count: 100)) {}
        }
        defer { server.stop() }
        #expect(kind(try await post("http://127.0.0.1:\(server.port)/", milliseconds: 5_000)) != nil)
    }

    @Test(arguments: [
        "", "HTTP/1.1 2", "HTTP/1.1 200 x\r\nContent-Le", "HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf",
    ])
    func `silence and half answers end in time`(said: String) async throws {
        let server = try server { conversation in
            conversation.send(said)
            conversation.waitForEnd()
        }
        defer { server.stop() }
        #expect(kind(try await post("http://127.0.0.1:\(server.port)/", milliseconds: 300)) == .timedOut)
    }

    @Test func `nobody's proxy and nobody there are failures`() async throws {
        #expect(kind(try await post("http://127.0.0.1:\(FreePort.find())/")) == .broken)
    }
}
