import Logging
import Redis
import SocketLoop
import TestSupport
import Testing

private let testLoop = SocketLoop(name: "test-loop")

@Suite(.timeLimit(.minutes(1))) struct RedisClientTests {
    private func withClient(
        _ server: RedisServer, _ change: (inout RedisSettings) -> Void = { _ in },
        _ body: (RedisClient) async throws -> Void
    ) async throws {
        var settings = RedisSettings(host: "127.0.0.1", port: server.port)
        change(&settings)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = RedisClient(settings: settings, loop: testLoop, logger: logger)
        let running = Task { await client.run() }
        defer {
            running.cancel()
            server.process.kill()
        }
        try await body(client)
    }

    private func waitUntilReady(_ client: RedisClient) async throws {
        try await eventually("the client is ready") { client.isReady }
    }

    @Test func `a message reaches every subscriber of its channel, in order`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(server) { client in
            try await waitUntilReady(client)
            let subscriptions = [client.subscribe("a"), client.subscribe("a"), client.subscribe("b")]
            var readers = subscriptions.map { $0.makeAsyncIterator() }
            for index in readers.indices { #expect(await readers[index].next() == .subscribed) }
            #expect(try server.execute("PUBSUB", "NUMSUB", "a") == "a\n1")
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<100 {
                    group.addTask { try await client.publish(channel: "a", message: [UInt8(number)]) }
                }
                for try await receivers in group { #expect(receivers == 1) }
            }
            #expect(try await client.publish(channel: "b", message: Array("b\r\n\0".utf8)) == 1)
            #expect(try await client.publish(channel: "nobody", message: []) == 0)
            for index in 0..<2 {
                var numbers: Set<UInt8> = []
                for _ in 0..<100 {
                    guard case .message(let bytes)? = await readers[index].next() else { break }
                    numbers.formUnion(bytes)
                }
                #expect(numbers == Set(0..<100))
            }
            #expect(await readers[2].next() == .message(Array("b\r\n\0".utf8)))
        }
    }

    @Test func `the server forgets a channel when its last subscriber is gone`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(server) { client in
            var subscription: RedisSubscription? = client.subscribe("a")
            var reader = subscription?.makeAsyncIterator()
            #expect(await reader?.next() == .subscribed)
            #expect(try server.execute("PUBSUB", "CHANNELS") == "a")
            subscription = nil
            reader = nil
            _ = (subscription, reader)
            try await eventually("nobody is subscribed") { try server.execute("PUBSUB", "CHANNELS") == "" }
            var again = client.subscribe("a").makeAsyncIterator()
            #expect(await again.next() == .subscribed)
        }
    }

    @Test func `a client starts before its server and fails fast until then`() async throws {
        let server = try RedisServer()
        try await withClient(server) { client in
            var reader = client.subscribe("a").makeAsyncIterator()
            try await eventually("it says why") { client.notReadyReason?.contains("refused") == true }
            await #expect(throws: RedisFailure.self) { try await client.publish(channel: "a", message: []) }
            try server.process.start()
            try await waitUntilReady(client)
            #expect(await reader.next() == .subscribed)
            #expect(try await client.publish(channel: "a", message: [1]) == 1)
            #expect(await reader.next() == .message([1]))
        }
    }

    @Test func `a killed server interrupts, a restarted one is subscribed again`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(server) { client in
            try await waitUntilReady(client)
            var reader = client.subscribe("a").makeAsyncIterator()
            #expect(await reader.next() == .subscribed)
            server.process.kill()
            #expect(await reader.next() == .interrupted)
            try await eventually("it is not ready") { !client.isReady }
            try server.process.start()
            #expect(await reader.next() == .subscribed)
            try await eventually("a message arrives") {
                (try? await client.publish(channel: "a", message: [2])) == 1
            }
            #expect(await reader.next() == .message([2]))
        }
    }

    @Test func `a frozen server times commands out and is left when it stays silent`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(
            server,
            {
                $0.commandTimeoutMilliseconds = 50
                $0.pingAfterMilliseconds = 100
                $0.silenceMaxMilliseconds = 300
                $0.connectTimeoutMilliseconds = 200
            }
        ) { client in
            try await waitUntilReady(client)
            var reader = client.subscribe("a").makeAsyncIterator()
            #expect(await reader.next() == .subscribed)
            server.process.freeze()
            do {
                try await client.publish(channel: "a", message: [1])
                Issue.record("a frozen server answered")
            } catch {
                #expect((error as? RedisFailure)?.kind == .timedOut)
                #expect((error as? RedisFailure)?.isOutcomeUnknown == true)
            }
            #expect(await reader.next() == .interrupted)
            try await eventually("it is not ready") { !client.isReady }
            server.process.thaw()
            #expect(await reader.next() == .subscribed)
            try await waitUntilReady(client)
        }
    }

    @Test func `a quiet connection stays`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(
            server,
            {
                $0.pingAfterMilliseconds = 10
                $0.silenceMaxMilliseconds = 5_000
            }
        ) { client in
            try await waitUntilReady(client)
            var reader = client.subscribe("a").makeAsyncIterator()
            #expect(await reader.next() == .subscribed)
            let pings = { try server.execute("INFO", "commandstats").contains("cmdstat_ping:calls=") }
            try await eventually("pings are sent") { try pings() }
            #expect(try await client.publish(channel: "a", message: [9]) == 1)
            #expect(await reader.next() == .message([9]))
        }
    }

    @Test func `a slow subscriber is interrupted and goes on`() async throws {
        let server = try RedisServer()
        try server.process.start()
        try await withClient(server, { $0.messagesBufferedPerSubscriberMax = 4 }) { client in
            try await waitUntilReady(client)
            var reader = client.subscribe("a").makeAsyncIterator()
            #expect(await reader.next() == .subscribed)
            for number in 0..<10 { try await client.publish(channel: "a", message: [UInt8(number)]) }
            // Of the ten there waits at most what came after the overflow.
            try await eventually("the last of the ten arrived") {
                try server.execute("PUBSUB", "NUMSUB", "a") == "a\n1"
            }
            #expect(await reader.next() == .interrupted)
            #expect(await reader.next() == .subscribed)
            async let last: Void = {
                while true { if case .message([99])? = await reader.next() { return } }
            }()
            try await client.publish(channel: "a", message: [99])
            await last
        }
    }

    @Test func `a password is used, and a wrong one is told`() async throws {
        let server = try RedisServer(password: "secret")
        try server.process.start()
        try await withClient(
            server,
            {
                $0.password = "secret"
                $0.database = 3
            }
        ) { client in
            try await waitUntilReady(client)
            #expect(try await client.publish(channel: "a", message: []) == 0)
        }
        let other = try RedisServer(password: "secret")
        try other.process.start()
        try await withClient(other, { $0.password = "wrong" }) { client in
            try await eventually("it says why") { client.notReadyReason?.contains("refused: WRONGPASS") == true }
        }
    }

    @Test func `a stopped client ends its subscriptions`() async throws {
        let server = try RedisServer()
        try server.process.start()
        let client = RedisClient(
            settings: RedisSettings(host: "127.0.0.1", port: server.port), loop: testLoop,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { await client.run() }
        var reader = client.subscribe("a").makeAsyncIterator()
        #expect(await reader.next() == .subscribed)
        running.cancel()
        await running.value
        while let event = await reader.next() { #expect(event == .interrupted) }
        await #expect(throws: RedisFailure.self) { try await client.publish(channel: "a", message: []) }
        var late = client.subscribe("b").makeAsyncIterator()
        #expect(await late.next() == nil)
        server.process.kill()
    }
}
