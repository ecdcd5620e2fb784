import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@Suite struct ClientTests {
    private func failure(_ body: () async throws -> Void) async -> HTTPClientFailure? {
        do {
            try await body()
            Issue.record("nothing failed")
            return nil
        } catch {
            return error as? HTTPClientFailure
        }
    }

    @Test func `a peer that is not there is told as not sent, at once also the next time`() async throws {
        try await Loopback.with { _ in
            .text("fine")
        } _: { loopback in
            let nobody = Endpoint(host: "127.0.0.1", port: 21_499)
            for _ in 0..<3 {
                let failure = await failure {
                    _ = try await loopback.client.execute(
                        ClientRequest(path: "/"), to: nobody, deadline: .now + .seconds(10))
                }
                #expect(failure?.kind == .notSent)
                #expect(failure?.isRetrySafe == true)
                #expect(failure?.isOutcomeUnknown == false)
            }
        }
    }

    @Test func `a peer that does not speak HTTP/2 is told as not sent`() async throws {
        try await Loopback.with { _ in
            .text("fine")
        } _: { loopback in
            let mute = try await ServerBootstrap(group: loopback.group)
                .childChannelInitializer { $0.close() }.bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(mute.localAddress?.port)
            let failure = await failure {
                _ = try await loopback.client.execute(
                    ClientRequest(path: "/"), to: Endpoint(host: "127.0.0.1", port: port),
                    deadline: .now + .seconds(10))
            }
            #expect(failure?.kind == .notSent)
            try await mute.close()
        }
    }

    @Test func `a deadline ends a call and cancels it at the server`() async throws {
        let cancelled = Atomic(0)
        try await Loopback.with { _ in
            try? await Task.sleep(for: .seconds(60))
            if Task.isCancelled { cancelled.add(1, ordering: .relaxed) }
            return .text("late")
        } _: { loopback in
            let failure = await failure { _ = try await loopback.ask(.get, "/", within: .milliseconds(100)) }
            #expect(failure?.kind == .deadlineExceeded)
            #expect(failure?.wasSent == true)
            try await eventually("the server hears of it") { cancelled.load(ordering: .relaxed) == 1 }
            let past = await self.failure { _ = try await loopback.ask(.get, "/", within: .seconds(-1)) }
            #expect(past?.kind == .deadlineExceeded)
            #expect(past?.wasSent == false)
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
            let caller = Task { try await loopback.ask(.get, "/") }
            try await eventually("the handler runs") { began.load(ordering: .relaxed) == 1 }
            caller.cancel()
            let failure = await failure { _ = try await caller.value }
            #expect(failure?.kind == .cancelled)
            #expect(failure?.isOutcomeUnknown == true)
            try await eventually("the server hears of it") { cancelled.load(ordering: .relaxed) == 1 }
        }
    }

    @Test func `a connection that breaks leaves the outcome unknown`() async throws {
        try await Loopback.with { _ in
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        } _: { loopback in
            let acceptor = try await ServerBootstrap(group: loopback.group)
                .childChannelInitializer { channel in
                    channel.pipeline.addHandler(GreetThenHangUp())
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(acceptor.localAddress?.port)
            let failure = await failure {
                _ = try await loopback.client.execute(
                    ClientRequest(method: .post, path: "/"), to: Endpoint(host: "127.0.0.1", port: port),
                    deadline: .now + .seconds(10))
            }
            #expect(failure?.kind == .outcomeUnknown)
            #expect(failure?.isRetrySafe == false)
            try await acceptor.close()
        }
    }

    @Test func `a peer that answers nothing at all is noticed by PING`() async throws {
        var clientSettings = HTTPClientSettings()
        clientSettings.pingAfterMilliseconds = 300
        clientSettings.pingTimeoutMilliseconds = 300
        try await Loopback.with(clientSettings: clientSettings) { _ in
            .text("fine")
        } _: { loopback in
            let acceptor = try await ServerBootstrap(group: loopback.group)
                .childChannelInitializer { channel in
                    channel.writeAndFlush(ByteBuffer(bytes: Frame.make(4)), promise: nil)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = try #require(acceptor.localAddress?.port)
            let failure = await failure {
                _ = try await loopback.client.execute(
                    ClientRequest(path: "/"), to: Endpoint(host: "127.0.0.1", port: port), deadline: nil)
            }
            #expect(failure?.kind == .outcomeUnknown)
            try await acceptor.close()
        }
    }

    @Test func `a graceful stop lets requests end and the client find the next server`() async throws {
        let (gate, open) = AsyncStream<Void>.makeStream()
        let began = Atomic(0)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var settings = HTTPServerSettings()
        settings.reusesPort = true
        let logger = Logger(label: "test")
        func server(_ name: String) -> HTTPServer {
            HTTPServer(settings: settings, logger: logger) { request in
                began.add(1, ordering: .relaxed)
                if request.path == "/slow" { for await _ in gate { break } }
                return .text(name)
            }
        }
        let first = server("first")
        let second = server("second")
        let port = try await TestPorts.bind { try await first.start(on: group, host: "127.0.0.1", port: $0) }
        let endpoint = Endpoint(host: "127.0.0.1", port: port)
        let client = HTTPClient(group: group, logger: logger)
        func ask(_ path: String) async throws -> String {
            let response = try await client.execute(
                ClientRequest(path: path), to: endpoint, deadline: .now + .seconds(20))
            return String(buffer: try await response.body.collect(upTo: 100))
        }
        async let slow = ask("/slow")
        try await eventually("the slow one runs") { began.load(ordering: .relaxed) == 1 }
        async let stopped: Void = first.shutdown()
        try await second.start(on: group, host: "127.0.0.1", port: port)
        try await eventually("new calls reach the second") { (try? await ask("/quick")) == "second" }
        open.yield()
        #expect(try await slow == "first")
        await stopped
        #expect(first.connectionCount == 0)
        client.shutdown()
        await second.shutdown()
    }

    @Test func `a stream that was begun when the peer heard of the stop is answered`() async throws {
        try await Loopback.with { _ in
            .text("fine")
        } _: { loopback in
            let raw = try await RawConnection.open(loopback)
            await raw.send(Frame.preface + Frame.get(1))
            try await eventually("the first is answered") { raw.text.contains("fine") }
            async let stopped: Void = loopback.server.shutdown()
            try await eventually("the stop is announced") { raw.frames.contains { $0.type == 7 } }
            let ping = try #require(raw.frames.last { $0.type == 6 })
            await raw.send(Frame.make(6, flags: 1, ping.payload) + Frame.get(3))
            try await eventually("the second is answered") { raw.text.ranges(of: "fine").count == 2 }
            await stopped
            try await eventually("the connection is closed") { raw.isClosed }
        }
    }

    @Test func `a stop does not wait longer than its limit`() async throws {
        var settings = HTTPServerSettings()
        settings.stopMilliseconds = 200
        let began = Atomic(0)
        try await Loopback.with(settings: settings) { _ in
            began.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        } _: { loopback in
            let caller = Task { try await loopback.ask(.get, "/") }
            try await eventually("the handler runs") { began.load(ordering: .relaxed) == 1 }
            await loopback.server.shutdown()
            #expect(loopback.server.connectionCount == 0)
            let failure = await failure { _ = try await caller.value }
            #expect(failure?.kind == .outcomeUnknown)
        }
    }

    @Test func `a request in flight is refused by a handler that takes too long`() async throws {
        var settings = HTTPServerSettings()
        settings.requestMilliseconds = 300
        try await Loopback.with(settings: settings) { _ in
            try? await Task.sleep(for: .seconds(60))
            return .text("late")
        } _: { loopback in
            let answer = try await loopback.ask(.get, "/")
            #expect(answer.status == 503)
        }
    }
}

/// Greets in HTTP/2 and hangs up when the first request comes.
private final class GreetThenHangUp: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: Frame.make(4))), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        // The preface and the acknowledgement of our SETTINGS come first; HEADERS are frames of type 1.
        if bytes.count > 9, bytes.indices.dropFirst(9).contains(where: { bytes[$0 - 6] == 1 && bytes[$0 - 5] == 5 }) {
            context.close(promise: nil)
        }
    }
}
