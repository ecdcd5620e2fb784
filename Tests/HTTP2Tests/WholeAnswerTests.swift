import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Testing

/// Calls whose answers are given as a whole.
@Suite struct WholeAnswerTests {
    private func ask(
        _ loopback: Loopback, _ path: String = "/", body: Int = 0, bytesMax: Int = 1_000_000,
        within: Duration = .seconds(20)
    ) async throws -> ClientAnswer {
        let request = ClientRequest(
            method: .post, path: path, fields: [], body: ByteBuffer(repeating: UInt8(ascii: "a"), count: body))
        return try await loopback.client.ask(
            request, of: loopback.endpoint, deadline: .now + within, bytesMax: bytesMax)
    }

    private func failure(_ body: () async throws -> ClientAnswer) async -> (any Error)? {
        do {
            _ = try await body()
            Issue.record("nothing failed")
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 900_000])
    func `an answer is there with its status and all of its bytes`(count: Int) async throws {
        try await Loopback.with { request in
            guard let body = try? await request.body.collect(upTo: 1_000_000) else {
                return ServerResponse(status: .badRequest)
            }
            return ServerResponse(status: .accepted, body: .bytes(body))
        } _: { loopback in
            for _ in 0..<3 {
                let answer = try await ask(loopback, body: count)
                #expect(answer.status == .accepted)
                #expect(answer.body == [UInt8](repeating: UInt8(ascii: "a"), count: count))
            }
        }
    }

    @Test func `a body that comes in pieces is put together`() async throws {
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    for number in 0..<100 { try await writer.write(ByteBuffer(string: "\(number),")) }
                })
        } _: { loopback in
            let answer = try await ask(loopback)
            #expect(String(decoding: answer.body, as: UTF8.self) == (0..<100).map { "\($0)," }.joined())
        }
    }

    @Test func `more bytes than are taken end the call, and the connection goes on`() async throws {
        try await Loopback.with { request in
            .text(String(repeating: "x", count: request.path == "/long" ? 200_000 : 200))
        } _: { loopback in
            let failure = await failure { try await ask(loopback, "/long", bytesMax: 1_000) }
            guard case .tooLarge(let most)? = failure as? BodyReadFailure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(most == 1_000)
            let short = try await ask(loopback, bytesMax: 200)
            #expect(short.body.count == 200)
        }
    }

    @Test func `an answer that breaks off is none`() async throws {
        struct Broken: Error {}
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    try await writer.write(ByteBuffer(string: "half"))
                    throw Broken()
                })
        } _: { loopback in
            let failure = await failure { try await ask(loopback) } as? HTTPClientFailure
            #expect(failure?.kind == .outcomeUnknown)
        }
    }

    @Test func `the deadline holds for the body too, and the server hears of it`() async throws {
        let cancelled = Atomic(0)
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    try await writer.write(ByteBuffer(string: "half"))
                    try? await Task.sleep(for: .seconds(60))
                    if Task.isCancelled { cancelled.add(1, ordering: .relaxed) }
                })
        } _: { loopback in
            let failure = await failure { try await ask(loopback, within: .milliseconds(100)) } as? HTTPClientFailure
            #expect(failure?.kind == .deadlineExceeded)
            try await eventually("the server hears of it") { cancelled.load(ordering: .relaxed) == 1 }
        }
    }

    @Test func `cancelling the caller cancels the call`() async throws {
        let began = Atomic(0)
        let cancelled = Atomic(0)
        try await Loopback.with { _ in
            began.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(60))
            if Task.isCancelled { cancelled.add(1, ordering: .relaxed) }
            return .text("late")
        } _: { loopback in
            let caller = Task { try await ask(loopback) }
            try await eventually("the handler runs") { began.load(ordering: .relaxed) == 1 }
            caller.cancel()
            let failure = await failure { try await caller.value } as? HTTPClientFailure
            #expect(failure?.kind == .cancelled)
            #expect(failure?.isOutcomeUnknown == true)
            try await eventually("the server hears of it") { cancelled.load(ordering: .relaxed) == 1 }
        }
    }
}
