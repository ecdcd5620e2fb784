import HTTP2
import HTTPTypes
import NIOCore
import NIOPosix
import Testing

/// Bodies that are read before the handler that wants them, and the rounds of a loop.
@Suite struct EarlyBodyTests {
    @Test(arguments: [0, 1, 16_384, 65_536])
    func `a body that was read early is there for who reads it`(count: Int) async throws {
        try await Loopback.with { request in
            let whole = await request.withBodyRead(upTo: 65_536)
            do {
                var pieces = 0
                for try await piece in whole.body { pieces += piece.readableBytes }
                let collected = try await whole.body.collect(upTo: 65_536)
                return .text("\(pieces) \(collected.readableBytes) \(whole.path) \(whole.body.failure == nil)")
            } catch {
                return .text("\(error)", status: .internalServerError)
            }
        } _: { loopback in
            let answer = try await loopback.ask(.post, "/early", body: String(repeating: "x", count: count))
            #expect(answer.text == "\(count) \(count) /early true")
        }
    }

    @Test func `a body that is too large is refused by who reads it`() async throws {
        try await Loopback.with { request in
            let whole = await request.withBodyRead(upTo: 100)
            guard whole.body.failure as? BodyReadFailure == .tooLarge(bytesMax: 100) else {
                return .text("it was read", status: .internalServerError)
            }
            do {
                return .text("\(try await whole.body.collect(upTo: 100))", status: .internalServerError)
            } catch BodyReadFailure.tooLarge {
                return .text("too large", status: .contentTooLarge)
            } catch {
                return .text("\(error)", status: .internalServerError)
            }
        } _: { loopback in
            let answer = try await loopback.ask(.post, "/", body: String(repeating: "x", count: 101))
            #expect(answer.status == 413)
            #expect(answer.text == "too large")
        }
    }

    @Test func `a body that was read early has the reader's limit as well`() async throws {
        try await Loopback.with { request in
            let whole = await request.withBodyRead(upTo: 1_000)
            do {
                return .text("\(try await whole.body.collect(upTo: 10))", status: .internalServerError)
            } catch {
                return .text("\(error as? BodyReadFailure == .tooLarge(bytesMax: 10))")
            }
        } _: { loopback in
            let answer = try await loopback.ask(.post, "/", body: "more than ten bytes")
            #expect(answer.text == "true")
        }
    }

    @Test func `the requests of one read are of one round`() async throws {
        try await Loopback.with(settings: .internalListener) { request in
            .text("\(request.countInRound()?.requests ?? 0)")
        } _: { loopback in
            let told = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<500 { group.addTask { Int(try await loopback.ask(.get, "/").text) ?? 0 } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(told.allSatisfy { $0 >= 1 })
            // One after the other each is the first of its round.
            for _ in 0..<5 { #expect(try await loopback.ask(.get, "/").text == "1") }
        }
    }

    @Test func `outside of a connection there is no round`() {
        let request = ServerRequest(
            head: HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/"),
            eventLoop: MultiThreadedEventLoopGroup.singleton.any())
        #expect(request.countInRound() == nil)
    }
}
