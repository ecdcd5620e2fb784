import HTTP2
import HTTPTypes
import NIOCore
import Testing

/// Peers that break the rules get refused or closed; the server goes on for the others.
@Suite struct HostilePeerTests {
    private static let answer: RequestHandler = { _ in .text("fine") }

    private func expectFine(_ loopback: Loopback) async throws {
        let answer = try await loopback.ask(.get, "/")
        #expect(answer.text == "fine")
    }

    @Test func `random bytes after the preface never trap`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            var random = SplitMix64(seed: 7)
            for _ in 0..<150 {
                let raw = try await RawConnection.open(loopback)
                var bytes = Frame.preface
                for _ in 0..<Int.random(in: 1...20, using: &random) {
                    let payload = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    let type = UInt8.random(in: 0...11, using: &random)
                    let stream = UInt32.random(in: 0...5, using: &random)
                    bytes += Frame.make(type, flags: .random(in: 0...255, using: &random), stream: stream, payload)
                }
                await raw.send(bytes)
                await raw.close()
            }
            try await expectFine(loopback)
        }
    }

    @Test func `a request with single bytes changed never traps`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            var random = SplitMix64(seed: 11)
            let whole =
                Frame.preface + Frame.get(1) + Frame.get(3, ends: false) + Frame.make(0, flags: 1, stream: 3, [1])
            for _ in 0..<200 {
                var bytes = whole
                for _ in 0..<3 {
                    bytes[Int.random(in: 24..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                let raw = try await RawConnection.open(loopback)
                await raw.send(bytes)
                await raw.close()
            }
            try await expectFine(loopback)
        }
    }

    @Test func `random bytes as HTTP/1.1 never trap`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            var random = SplitMix64(seed: 13)
            let whole = Array(
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
            for _ in 0..<200 {
                var bytes = whole
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                let raw = try await RawConnection.open(loopback)
                await raw.send(bytes)
                await raw.close()
            }
            try await expectFine(loopback)
        }
    }

    @Test func `half a preface is closed when its time is over`() async throws {
        var settings = HTTPServerSettings()
        settings.headerReadMilliseconds = 300
        try await Loopback.with(settings: settings, handler: Self.answer) { loopback in
            for start in ["PRI * HT", "", "GET / HTTP/1.1\r\nHost"] {
                let raw = try await RawConnection.open(loopback)
                await raw.send(start)
                try await eventually("\(start) is closed") { raw.isClosed }
            }
        }
    }

    @Test(arguments: [
        (name: "PING", frame: Frame.make(6, [0, 1, 2, 3, 4, 5, 6, 7])),
        (name: "SETTINGS", frame: Frame.make(4)),
        (name: "PRIORITY", frame: Frame.make(2, stream: 1, [0, 0, 0, 0, 1])),
        (name: "unknown frames", frame: Frame.make(99, [1, 2, 3])),
    ])
    func `a flood of control frames is told to calm down`(name: String, frame: [UInt8]) async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface)
            let block = Array(repeatElement(frame, count: 500).joined())
            for _ in 0..<10 { await raw.send(block) }
            try await eventually("the flood of \(name) is closed") { raw.isClosed }
            try await expectFine(loopback)
        }
    }

    @Test func `a flood of empty DATA is told to calm down`() async throws {
        try await Loopback.with { request in
            _ = try? await request.body.collect(upTo: 10)
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface + Frame.get(1, ends: false))
            let block = Array(repeatElement(Frame.make(0, stream: 1), count: 500).joined())
            for _ in 0..<10 { await raw.send(block) }
            try await eventually("the flood is closed") { raw.isClosed }
            try await expectFine(loopback)
        }
    }

    @Test(
        arguments: [
            (name: "reset by the client", type: 3, payload: [0, 0, 0, 8]),
            (name: "window overflow", type: 8, payload: [0x7f, 0xff, 0xff, 0xff]),
            (name: "no increment", type: 8, payload: [0, 0, 0, 0]),
        ] as [(name: String, type: UInt8, payload: [UInt8])])
    func `streams opened only to be reset end the connection`(
        name: String, type: UInt8, payload: [UInt8]
    ) async throws {
        var settings = HTTPServerSettings()
        settings.resetsBurst = 100
        settings.resetsPerSecond = 10
        try await Loopback.with(settings: settings) { request in
            if request.path == "/" { try? await Task.sleep(for: .seconds(5)) }
            return .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface)
            var id: UInt32 = 1
            for _ in 0..<20 where !raw.isClosed {
                var block: [UInt8] = []
                for _ in 0..<50 {
                    block += Frame.get(id, ends: false) + Frame.make(type, stream: id, payload)
                    id += 2
                }
                await raw.send(block)
            }
            try await eventually("\(name) is closed") { raw.isClosed }
            #expect(try await loopback.ask(.get, "/x").text == "fine")
        }
    }

    @Test func `a head that unpacks to megabytes is refused and not kept`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            let raw = try await RawConnection.open(loopback)
            // One entry of 4,000 bytes goes into the dynamic table; each further byte 0xbe names it once more.
            let name = Array("x-large".utf8)
            let literal: [UInt8] =
                [0x40, UInt8(name.count)] + name + [0x7f, 0xa1, 0x1e] + Array(repeating: 97, count: 4_000)
            let bomb = Frame.getBlock + literal + Array(repeating: 0xbe, count: 8_000)
            await raw.send(Frame.preface + Frame.make(1, flags: 5, stream: 1, bomb) + Frame.get(3))
            try await eventually("the first is reset") { raw.frames.contains { $0.type == 3 } }
            try await eventually("the second is answered") { raw.frames.contains { $0.type == 1 } }
            #expect(raw.frames.first { $0.type == 1 }?.payload.first == 0x88)
        }
    }

    @Test func `more header bytes or fields than allowed are answered with 431`() async throws {
        try await Loopback.with(handler: Self.answer) { loopback in
            var large = HTTPFields()
            large[HTTPField.Name("x-large")!] = String(repeating: "a", count: 20_000)
            #expect(try await loopback.ask(.get, "/", headerFields: large).status == 431)
            var many = HTTPFields()
            for number in 0..<101 { many[HTTPField.Name("x-\(number)")!] = "1" }
            #expect(try await loopback.ask(.get, "/", headerFields: many).status == 431)
            try await expectFine(loopback)
            #expect(loopback.server.connectionCount == 1)
        }
    }

    @Test func `a body over the listener's limit is refused, announced or not`() async throws {
        var settings = HTTPServerSettings()
        settings.bodyBytesMax = 1_000
        try await Loopback.with(settings: settings) { request in
            do {
                return .text("\(try await request.body.collect(upTo: 100_000).readableBytes)")
            } catch BodyReadFailure.tooLarge(let bytesMax) {
                return .text("\(bytesMax)", status: .contentTooLarge)
            } catch {
                return .text("\(error)", status: .internalServerError)
            }
        } _: { loopback in
            #expect(try await loopback.ask(.post, "/", body: String(repeating: "a", count: 1_000)).text == "1000")
            #expect(try await loopback.ask(.post, "/", body: String(repeating: "a", count: 1_001)).status == 413)
            let raw = try await RawConnection.open(loopback)
            await raw.send(
                Frame.preface + Frame.make(1, flags: 4, stream: 1, [0x83] + Frame.getBlock.dropFirst())
                    + Frame.make(0, flags: 1, stream: 1, Array(repeating: 97, count: 1_001)))
            try await eventually("the answer is there") { raw.text.contains("1000") }
        }
    }

    @Test func `one connection more than allowed is closed`() async throws {
        var settings = HTTPServerSettings()
        settings.connectionsMax = 2
        try await Loopback.with(settings: settings, handler: Self.answer) { loopback in
            try await expectFine(loopback)
            let second = try await RawConnection.open(loopback)
            try await eventually("two are open") { loopback.server.connectionCount == 2 }
            let third = try await RawConnection.open(loopback)
            try await eventually("the third is closed") { third.isClosed }
            #expect(!second.isClosed)
            await second.close()
        }
    }
}

/// A generator that gives the same numbers every time.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
