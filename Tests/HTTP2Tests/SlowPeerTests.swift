import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Testing

/// Peers that begin and do not go on, or ask and do not take, are let go of when their time is over.
@Suite struct SlowPeerTests {
    private static let answer: RequestHandler = { request in
        request.path == "/large"
            ? ServerResponse(status: .ok, body: .bytes(ByteBuffer(repeating: 97, count: 300_000))) : .text("fine")
    }

    private var impatient: HTTPServerSettings {
        var settings = HTTPServerSettings()
        settings.headerReadMilliseconds = 300
        settings.writeStallMilliseconds = 300
        return settings
    }

    private static let begun: [(name: String, bytes: [UInt8])] = [
        ("a preface", Frame.preface),
        ("half a frame's head", asked + [0, 0, 8]),
        ("half a HEADERS frame", asked + Frame.get(3).dropLast(2)),
        ("a head without its end", asked + Frame.make(1, flags: 1, stream: 3, Frame.getBlock)),
        ("a body that nobody wants", Array("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12".utf8)),
    ]

    private static let asked = Frame.preface + Frame.get(1)

    @Test(arguments: begun)
    func `what is begun and not ended is closed`(name: String, bytes: [UInt8]) async throws {
        try await Loopback.with(settings: impatient, handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(bytes)
            try await eventually("\(name) is closed") { raw.isClosed }
        }
    }

    @Test func `a second head of HTTP/1.1 has no more time than the first`() async throws {
        try await Loopback.with(settings: impatient, handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually("the first is answered") { raw.text.hasSuffix("fine") }
            await raw.send("GET / HT")
            try await eventually("it is closed") { raw.isClosed }
        }
    }

    @Test func `a stream that gets no credit is reset, and the connection's others go on`() async throws {
        try await Loopback.with(settings: impatient, handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            let noCredit = Frame.make(4, [0, 4, 0, 0, 0, 0])
            var large = Frame.getBlock
            large[2] = 0x04
            large.insert(contentsOf: [6] + Array("/large".utf8), at: 3)
            await raw.send(Frame.preface + noCredit + Frame.make(1, flags: 5, stream: 1, large))
            try await eventually("the stream is reset") { raw.frames.contains { $0.type == 3 } }
            #expect(!raw.isClosed)
            await raw.send(Frame.make(4, [0, 4, 0, 0, 0xFF, 0xFF]) + Frame.get(3))
            try await eventually("the next is answered") { raw.text.contains("fine") }
        }
    }

    @Test(arguments: [
        (name: "empty lines", head: "", crumb: "\r\n"),
        (
            name: "a chunk's extension",
            head: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", crumb: "a"
        ),
        (
            name: "zeros before a chunk's size",
            head: "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", crumb: "0"
        ),
    ])
    func `bytes without end that make no message are refused`(name: String, head: String, crumb: String) async throws {
        try await Loopback.with { request in
            _ = try? await request.body.collect(upTo: 10)
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(head)
            let block = String(repeating: crumb, count: 20_000)
            for _ in 0..<20 { await raw.send(block) }
            try await eventually("\(name) is closed") { raw.isClosed }
        }
    }

    @Test func `a body in crumbs is refused, one in fair pieces is not`() async throws {
        try await Loopback.with { request in
            .text("\((try? await request.body.collect(upTo: 1_000_000).readableBytes) ?? -1)")
        } _: { loopback in
            let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            let crumbs = try await RawConnection.open(loopback)
            await crumbs.send(head)
            for _ in 0..<20 where !crumbs.isClosed { await crumbs.send(String(repeating: "1\r\n \r\n", count: 5_000)) }
            try await eventually("it is closed") { crumbs.isClosed }
            let fair = try await RawConnection.open(loopback)
            await fair.send(head + String(repeating: "8\r\n01234567\r\n", count: 100_000) + "0\r\n\r\n")
            try await eventually("it is answered") { fair.text.hasSuffix("800000") }
        }
    }

    @Test func `credit that nobody needs is told to calm down`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface + Frame.get(1))
            let block = Array(repeatElement(Frame.make(8, [0, 0, 0, 1]), count: 500).joined())
            for _ in 0..<10 { await raw.send(block) }
            try await eventually("the flood is closed") { raw.isClosed }
            #expect(raw.goAwayCode == 11)
        }
    }

    @Test func `DATA for streams that are gone is told to calm down`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface + Frame.get(1, ends: false))
            try await eventually("it is answered") { raw.text.contains("fine") }
            let block = Array(
                repeatElement(Frame.make(0, stream: 1, Array(repeating: 0, count: 1_000)), count: 50).joined())
            for _ in 0..<100 where !raw.isClosed { await raw.send(block) }
            try await eventually("the flood is closed") { raw.isClosed }
        }
    }

    @Test func `a peer that many people stand behind may cancel as much as they do`() async throws {
        var settings = HTTPServerSettings()
        settings.resetsBurst = 10
        settings.resetsPerSecond = 1
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = HTTPServer(settings: settings, standsForMany: { _ in true }, logger: logger, handler: Self.answer)
        let port = try await TestPorts.bind { try await server.start(on: group, host: "127.0.0.1", port: $0) }
        let client = HTTPClient(group: group, logger: logger)
        let loopback = Loopback(
            group: group, server: server, client: client, endpoint: Endpoint(host: "127.0.0.1", port: port))
        let raw = try await RawConnection.open(loopback)
        await raw.send(Frame.preface)
        var id: UInt32 = 1
        for _ in 0..<20 {
            var block: [UInt8] = []
            for _ in 0..<50 {
                block += Frame.get(id) + Frame.make(3, stream: id, [0, 0, 0, 8])
                id += 2
            }
            await raw.send(block)
        }
        await raw.send(Frame.get(id))
        try await eventually("the last is answered") { raw.text.hasSuffix("fine") }
        #expect(!raw.isClosed)
        client.shutdown()
        await server.shutdown()
    }
}
