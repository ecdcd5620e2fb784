import HTTP2
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@Suite struct StreamingTests {
    /// Counts up for ever, one line at a time, and notes how often it was asked and that it was closed.
    private final class Counter: ResponseSource {
        let log: SourceLog
        private var number = 0

        init(log: SourceLog) {
            self.log = log
        }

        func next(upTo bytesMax: Int) -> ResponseSourceStep {
            log.asked.add(1, ordering: .relaxed)
            number += 1
            return .bytes(ByteBuffer(repeating: 97, count: 1_000))
        }

        func closed() {
            log.closed.add(1, ordering: .relaxed)
        }
    }

    private final class SourceLog: Sendable {
        let asked = Atomic(0)
        let closed = Atomic(0)
        let waker = Mutex<ResponseWaker?>(nil)
        let lines = Mutex<[String]>([])
    }

    /// Gives the lines that were put down for it.
    private final class Mailbox: ResponseSource {
        let log: SourceLog

        init(log: SourceLog) {
            self.log = log
        }

        func next(upTo bytesMax: Int) -> ResponseSourceStep {
            let line = log.lines.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let line else { return .wait }
            return line == "end" ? .end : .bytes(ByteBuffer(string: line))
        }

        func closed() {
            log.closed.add(1, ordering: .relaxed)
        }
    }

    @Test func `a source is asked no further than its reader reads`() async throws {
        let log = SourceLog()
        try await Loopback.with { _ in
            ServerResponse(status: .ok, body: .source { _ in Counter(log: log) })
        } _: { loopback in
            let response = try await loopback.client.execute(
                ClientRequest(path: "/"), to: loopback.endpoint, deadline: nil)
            try await eventually("the window is full") { log.asked.load(ordering: .relaxed) >= 65 }
            // Another stream of the same connection is not held up by it.
            let other = try await loopback.client.execute(
                ClientRequest(method: .head, path: "/"), to: loopback.endpoint, deadline: nil)
            #expect(other.status == .ok)
            #expect(log.asked.load(ordering: .relaxed) < 100)
            var taken = 0
            for try await chunk in response.body {
                taken += chunk.readableBytes
                if taken > 500_000 { break }
            }
            #expect(log.asked.load(ordering: .relaxed) >= 500)
        }
        #expect(log.closed.load(ordering: .relaxed) == 2)
    }

    /// Takes what comes and gives credit only when it is told to.
    private final class Taker: ResponseBodyReader, Sendable {
        let bytes = Atomic(0)
        let isOver = Atomic(false)

        func received(_ chunk: ByteBuffer) { bytes.add(chunk.readableBytes, ordering: .relaxed) }
        func ended() { isOver.store(true, ordering: .relaxed) }
    }

    @Test func `a body that is read without a task comes no further than its reader gives credit`() async throws {
        let log = SourceLog()
        try await Loopback.with { _ in
            ServerResponse(status: .ok, body: .source { _ in Counter(log: log) })
        } _: { loopback in
            let body = try await loopback.client.execute(
                ClientRequest(path: "/"), to: loopback.endpoint, deadline: nil
            ).body
            let taker = Taker()
            let window = 65_535
            body.eventLoop.execute { body.read(by: taker) }
            try await eventually("the window is full") { taker.bytes.load(ordering: .relaxed) == window }
            let asked = log.asked.load(ordering: .relaxed)
            #expect(asked < 2 * window / 1_000)
            body.eventLoop.execute { body.taken(window) }
            try await eventually("it is full again") { taker.bytes.load(ordering: .relaxed) == 2 * window }
            let wasOver = taker.isOver.load(ordering: .relaxed)
            #expect(!wasOver)
            body.cancel()
            try await eventually("the reader is told") { taker.isOver.load(ordering: .relaxed) }
            try await eventually("the source is closed") { log.closed.load(ordering: .relaxed) == 1 }
        }
    }

    @Test(arguments: [ProtocolVersion.http2, .http1_1])
    func `a source is woken when it has something to say`(version: ProtocolVersion) async throws {
        let log = SourceLog()
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .source { waker in
                    log.waker.withLock { $0 = waker }
                    return Mailbox(log: log)
                })
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            switch version {
            case .http2: await raw.send(Frame.preface + Frame.get(1))
            case .http1_0, .http1_1: await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            try await eventually("the source is there") { log.waker.withLock { $0 != nil } }
            for line in ["first", "second", "third"] {
                log.lines.withLock { $0.append(line) }
                log.waker.withLock { $0 }?.wake()
                try await eventually("\(line) comes") { raw.text.contains(line) }
            }
            log.lines.withLock { $0.append("end") }
            log.waker.withLock { $0 }?.wake()
            try await eventually("it is closed") { log.closed.load(ordering: .relaxed) == 1 }
            log.waker.withLock { $0 }?.wake()
        }
        #expect(log.closed.load(ordering: .relaxed) == 1)
    }

    @Test func `a writer waits for a reader that does not read`() async throws {
        let written = Mutex(0)
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    for _ in 0..<10_000 {
                        try await writer.write(ByteBuffer(repeating: 97, count: 1_000))
                        written.withLock { $0 += 1 }
                    }
                })
        } _: { loopback in
            let response = try await loopback.client.execute(
                ClientRequest(path: "/"), to: loopback.endpoint, deadline: nil)
            try await eventually("window and buffer are full") { written.withLock { $0 } >= 79 }
            #expect(written.withLock { $0 } < 200)
            let body = try await response.body.collect(upTo: 20_000_000)
            #expect(body.readableBytes == 10_000_000)
        }
    }

    @Test func `a sender waits for a handler that does not read`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        try await Loopback.with { request in
            for await _ in gate { break }
            let body = try? await request.body.collect(upTo: 1_000_000)
            return .text("\(body?.readableBytes ?? -1)")
        } _: { loopback in
            async let answer = loopback.ask(.post, "/", body: String(repeating: "a", count: 1_000_000))
            open.yield()
            let text = try await answer.text
            #expect(text == "1000000")
        }
    }

    @Test func `a writer that fails cuts the response so that it shows`() async throws {
        struct Broken: Error {}
        try await Loopback.with { _ in
            ServerResponse(
                status: .ok,
                body: .stream { writer in
                    try await writer.write("half")
                    throw Broken()
                })
        } _: { loopback in
            let response = try await loopback.client.execute(
                ClientRequest(path: "/"), to: loopback.endpoint, deadline: nil)
            let failure = await #expect(throws: HTTPClientFailure.self) {
                _ = try await response.body.collect(upTo: 100)
            }
            #expect(failure?.kind == .outcomeUnknown)
            let raw = try await RawConnection.open(loopback)
            await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await eventually("it is closed") { raw.isClosed }
            #expect(!raw.text.contains("0\r\n\r\n"))
        }
    }

    @Test(arguments: [ProtocolVersion.http2, .http1_1])
    func `a client that goes away cancels the handler`(version: ProtocolVersion) async throws {
        let began = Atomic(0)
        let ended = Atomic(0)
        try await Loopback.with { _ in
            began.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(60))
            if Task.isCancelled { ended.add(1, ordering: .relaxed) }
            return .text("late")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            switch version {
            case .http2: await raw.send(Frame.preface + Frame.get(1))
            case .http1_0, .http1_1: await raw.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            try await eventually("the handler runs") { began.load(ordering: .relaxed) == 1 }
            await raw.close()
            try await eventually("the handler is cancelled") { ended.load(ordering: .relaxed) == 1 }
        }
    }

    @Test(arguments: [ProtocolVersion.http2, .http1_1])
    func `a handler that outlives its client with an unread body ends quietly`(version: ProtocolVersion) async throws {
        let began = Atomic(0)
        let ended = Atomic(0)
        try await Loopback.with { request in
            guard request.method == .post else { return .text("fine") }
            began.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(60))
            // The connection is gone; what came of the body before is still there to be read, and then the end.
            _ = try? await request.body.collect(upTo: 100)
            ended.add(1, ordering: .relaxed)
            return ServerResponse(status: .ok, body: .stream { writer in try await writer.write("late") })
        } _: { loopback in
            for round in 1...20 {
                let raw = try await RawConnection.open(loopback)
                switch version {
                case .http2:
                    let post = Frame.make(1, flags: 4, stream: 1, [0x83] + Frame.getBlock.dropFirst())
                    await raw.send(Frame.preface + post + Frame.make(0, stream: 1, [1, 2, 3]))
                case .http1_0, .http1_1:
                    await raw.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
                }
                try await eventually("the handler runs") { began.load(ordering: .relaxed) == round }
                await raw.close()
                try await eventually("the handler ends") { ended.load(ordering: .relaxed) == round }
            }
            let answer = try await loopback.ask(.get, "/")
            #expect(answer.text == "fine")
        }
    }
}
