import HTTP2
import NIOCore
import Testing

/// What a client goes on to say where nobody listens any more is not taken for long.
@Suite struct BehindTheEndTests {
    /// Says nothing until its viewer goes.
    private final class Silence: ResponseSource {
        func next(upTo bytesMax: Int) -> ResponseSourceStep { .wait }
        func closed() {}
    }

    /// More than all buffers between a client and a server that does not read.
    private static let floodBytes = 64 << 20

    private static let handler: RequestHandler = { request in
        request.asksForWebSocket ? .webSocket(.source { _ in Silence() }) : .text("fine")
    }

    private static let handshake = """
        GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """
    private static let ping: [UInt8] = [0x89, 0x80, 0, 0, 0, 0]

    private static let floods: [(name: String, head: String, crumb: [UInt8])] = [
        ("frames behind a WebSocket's close", handshake, ping),
        ("a body behind the last answer", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", Array("a".utf8)),
        (
            "requests behind the last answer", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        ),
    ]

    @Test(arguments: floods)
    func `a flood is not taken to its end`(name: String, head: String, crumb: [UInt8]) async throws {
        try await Loopback.with(handler: Self.handler) { loopback in
            let raw = try await RawConnection.open(loopback)
            // The server's half may end before the client's: it goes on all the same.
            try await raw.channel.setOption(.allowRemoteHalfClosure, value: true).get()
            await raw.send(head)
            try await eventually("it is answered") { raw.text.contains("\r\n\r\n") }
            let piece = Array(repeatElement(crumb, count: (1 << 16) / crumb.count).joined())
            var taken = 0
            while taken < Self.floodBytes, await raw.isSent(piece) { taken += piece.count }
            #expect(taken < Self.floodBytes, "\(name) was taken whole")
            try await eventually("\(name) is closed") { raw.isClosed }
        }
    }
}
