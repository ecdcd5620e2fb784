import HTTP2
import NIOCore
import Synchronization
import Testing

/// Heads that two readers might cut at different places are refused before a handler hears of them.
@Suite struct SmugglingTests {
    @Test(arguments: [
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding:", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5", "Content-Length: 9223372036854775808",
        "Content-Length: 5, 5", "Content-Length: +5", "Content-Length: 0x5", "Content-Length:",
    ])
    func `a body whose end is in doubt is refused`(fields: String) async throws {
        try await expectRefusal("POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n0\r\n\r\n")
    }

    @Test func `HTTP/1.0 has no chunks`() async throws {
        try await expectRefusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    }

    @Test(arguments: ["local host", "localhost/path", "user@localhost", "localhost#x", "local\u{e9}"])
    func `a Host that names no host is refused`(host: String) async throws {
        try await expectRefusal("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    @Test(arguments: ["localhost:8080", "[::1]:8080", "box-office.example", "10.0.0.1", "%6c", ""])
    func `a Host that names one is taken`(host: String) async throws {
        let answer = try await answer(to: "GET / HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
        #expect(answer.text.hasPrefix("HTTP/1.1 200"))
        #expect(answer.handled == 1)
    }

    @Test(arguments: [
        "Content-Length: 5 \r\n\r\n12345", "Transfer-Encoding: \tchunked  \r\n\r\n5\r\n12345\r\n0\r\n\r\n",
    ])
    func `blanks around a value are no part of it`(rest: String) async throws {
        try await Loopback.with { request in
            .text("\((try? await request.body.collect(upTo: 9).readableBytes) ?? -1)")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send("POST / HTTP/1.1\r\nHost: x \r\n\(rest)")
            try await eventually("it is answered") { raw.text.hasSuffix("\r\n\r\n5") }
        }
    }

    @Test func `a tab behind a length is refused, as the decoder is stricter than it must be`() async throws {
        try await expectRefusal("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5 \t\r\n\r\n12345")
    }

    private func expectRefusal(_ request: String) async throws {
        let answer = try await answer(to: request)
        #expect(answer.text.hasPrefix("HTTP/1.1 400"))
        #expect(answer.handled == 0)
    }

    /// What came until the server closed, and how often a handler was asked.
    private func answer(to request: String) async throws -> (text: String, handled: Int) {
        let handled = Handled()
        return try await Loopback.with { _ in
            handled.count.withLock { $0 += 1 }
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(request)
            try await eventually("it is closed") { raw.isClosed }
            return (raw.text, handled.count.withLock { $0 })
        }
    }
}

private final class Handled: Sendable {
    let count = Mutex(0)
}
