import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Testing

/// WebSockets as RFC 6455 has them, by a client of bytes.
@Suite struct WebSocketTests {
    private static let handshake = """
        GET /stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
        """

    /// Says what it is told, then waits until it is told to end.
    private final class Speaker: ResponseSource {
        private let script: Script

        init(_ script: Script) {
            self.script = script
        }

        func next(upTo bytesMax: Int) -> ResponseSourceStep {
            if let endless = script.endless { return .bytes(endless) }
            return script.steps.withLock { $0.isEmpty ? .wait : $0.removeFirst() }
        }

        func stalled() -> ByteBuffer? {
            WebSocketFrame.close(4008, reason: "slow")
        }

        func closed() {
            script.isClosed.store(true, ordering: .relaxed)
        }
    }

    private final class Script: Sendable {
        let steps: Mutex<[ResponseSourceStep]>
        let waker = Mutex<ResponseWaker?>(nil)
        let isClosed = Atomic(false)
        /// Said again and again, in place of the steps.
        let endless: ByteBuffer?

        init(_ steps: [ResponseSourceStep], endless: ByteBuffer? = nil) {
            self.steps = Mutex(steps)
            self.endless = endless
        }

        func say(_ step: ResponseSourceStep) {
            steps.withLock { $0.append(step) }
            waker.withLock { $0 }?.wake()
        }
    }

    private func with(
        _ steps: [ResponseSourceStep] = [], endless: ByteBuffer? = nil,
        settings: HTTPServerSettings = HTTPServerSettings(),
        _ body: (RawConnection, Script) async throws -> Void
    ) async throws {
        let script = Script(steps, endless: endless)
        try await Loopback.with(settings: settings) { request in
            guard request.asksForWebSocket else { return .text("no", status: .badRequest) }
            return .webSocket(
                .source { waker in
                    script.waker.withLock { $0 = waker }
                    return Speaker(script)
                })
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Self.handshake)
            try await eventually("the handshake is answered") { raw.text.contains("\r\n\r\n") }
            try await body(raw, script)
        }
    }

    /// What came behind the head.
    private func frames(_ raw: RawConnection) -> [UInt8] {
        let bytes = raw.bytes
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            return []
        }
        return Array(bytes[(end + 4)...])
    }

    /// A client's frame, masked with zeros so that it can be read.
    private func masked(_ opcode: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
        [0x80 | opcode, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    @Test func `the handshake is answered as RFC 6455 shows it`() async throws {
        try await with([.bytes(WebSocketFrame.text(ByteBuffer(string: "hi")))]) { raw, _ in
            #expect(raw.text.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
            #expect(raw.text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
            #expect(raw.text.contains("Upgrade: websocket\r\nConnection: Upgrade\r\n"))
            #expect(!raw.text.contains("Content-Length") && !raw.text.contains("Transfer-Encoding"))
            try await eventually("the frame is there") { frames(raw) == [0x81, 2, 104, 105] }
        }
    }

    @Test func `pings are answered between the frames of the body`() async throws {
        try await with { raw, script in
            await raw.send(masked(9, [1, 2, 3]))
            try await eventually("the pong is there") { frames(raw) == [0x8A, 3, 1, 2, 3] }
            script.say(.bytes(WebSocketFrame.text(ByteBuffer(string: "x"))))
            try await eventually("the text is there") { frames(raw) == [0x8A, 3, 1, 2, 3, 0x81, 1, 120] }
            await raw.send(masked(1, Array("what a client says is dropped".utf8)) + masked(9, [4]))
            try await eventually("the second pong is there") { frames(raw).suffix(3) == [0x8A, 1, 4] }
        }
    }

    @Test func `a close is answered with its code and ends the source`() async throws {
        try await with { raw, script in
            await raw.send(masked(8, [0x03, 0xE9]))
            try await eventually("it is closed") { raw.isClosed }
            #expect(frames(raw) == [0x88, 2, 0x03, 0xE9])
            try await eventually("the source is closed") { script.isClosed.load(ordering: .relaxed) }
        }
    }

    @Test func `a body that ends is closed with 1000, and with its own close frame where it has one`() async throws {
        try await with([.end]) { raw, _ in
            try await eventually("it is closed") { raw.isClosed }
            #expect(frames(raw) == [0x88, 2, 0x03, 0xE8])
        }
        try await with([.bytes(WebSocketFrame.close(1001, reason: "ab")), .end]) { raw, _ in
            try await eventually("it is closed") { raw.isClosed }
            #expect(frames(raw) == [0x88, 4, 0x03, 0xE9, 97, 98])
        }
    }

    @Test(arguments: [
        (name: "a frame that is not masked", bytes: [0x81, 1, 120], code: 1002 as UInt16),
        (name: "a frame that is too long", bytes: [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], code: 1009),
        (name: "a ping in pieces", bytes: [0x09, 0x80, 0, 0, 0, 0], code: 1002),
        (name: "a close with a code that is none", bytes: [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED], code: 1002),
    ])
    func `what breaks the rules is closed with a code`(name: String, bytes: [UInt8], code: UInt16) async throws {
        try await with { raw, script in
            await raw.send(bytes)
            try await eventually("\(name) is closed") { raw.isClosed }
            #expect(Array(frames(raw).prefix(4)) == [0x88, 2, UInt8(code >> 8), UInt8(code & 255)])
            try await eventually("the source is closed") { script.isClosed.load(ordering: .relaxed) }
        }
    }

    @Test func `a flood of pings is closed`() async throws {
        var settings = HTTPServerSettings()
        settings.controlFramesBurst = 50
        settings.controlFramesPerSecond = 10
        try await with(settings: settings) { raw, _ in
            await raw.send(Array(repeatElement(masked(9), count: 500).joined()))
            try await eventually("it is closed") { raw.isClosed }
        }
    }

    @Test func `a client that takes nothing is closed with its source's last words`() async throws {
        var settings = HTTPServerSettings()
        settings.writeStallMilliseconds = 300
        let large = WebSocketFrame.text(ByteBuffer(repeating: 97, count: 400_000))
        try await with(endless: large, settings: settings) { raw, script in
            try await raw.channel.setOption(.autoRead, value: false).get()
            try await eventually("the source is closed") { script.isClosed.load(ordering: .relaxed) }
        }
    }

    @Test(arguments: ["Sec-WebSocket-Key: dGhl", "Sec-WebSocket-Version: 8", "Upgrade: h2c", "Connection: close"])
    func `what asks wrongly is no WebSocket`(line: String) async throws {
        let name = line.prefix { $0 != ":" }
        let asked = Self.handshake.components(separatedByLines: "\r\n")
            .map { $0.hasPrefix(name + ":") ? line : $0 }.joined(separator: "\r\n")
        try await Loopback.with { request in
            .text(request.asksForWebSocket ? "yes" : "no")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(asked)
            try await eventually("it is answered") { raw.text.hasSuffix("no") }
            try await eventually("it is closed") { raw.isClosed }
        }
    }

    @Test func `a handler that accepts what nobody asked for is an error`() async throws {
        try await Loopback.with { _ in
            .webSocket(.source { _ in Speaker(Script([])) })
        } _: { loopback in
            #expect(try await loopback.ask(.get, "/").status == 500)
            let raw = try await RawConnection.open(loopback)
            await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually("it is answered") { raw.text.hasPrefix("HTTP/1.1 500 ") }
        }
    }
}

extension String {
    fileprivate func components(separatedByLines separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
