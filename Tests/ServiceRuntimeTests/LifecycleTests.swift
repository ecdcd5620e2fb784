import CoreMetrics
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Telemetry
import Testing

@testable import ServiceRuntime

/// A whole service in this process: its admin port is asked over the network, and its parts are watched stopping.
struct LifecycleTests {
    private final class Diary: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func write(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Part: Service {
        let name: String
        let diary: Diary

        func run() async throws {
            try? await gracefulShutdown()
            diary.write(name)
        }
    }

    private final class Shop: Sendable {
        let readiness = ReadinessBoard()
        let diary = Diary()
        private let stop = AsyncStream<Void>.makeStream()
        private let port = AsyncStream<Int>.makeStream()
        let metrics = MetricsRegistry()
        let group = MultiThreadedEventLoopGroup.singleton

        func run() async throws {
            try await ServiceRuntime.run(
                name: "shop", readiness: readiness, admin: NetworkAddress(host: "127.0.0.1", port: 0), on: group,
                databases: [Part(name: "database", diary: diary)],
                workers: [
                    Part(name: "worker", diary: diary),
                    LoopService(name: "loop") { [diary, stop] in
                        for await _ in stop.stream { return }
                        diary.write("loop")
                    },
                ],
                listeners: [Part(name: "listener", diary: diary)], drainNotice: .zero, metrics: metrics,
                stopsOnSignals: false, adminOpened: { [port] in port.continuation.yield($0) })
        }

        func end() { stop.continuation.yield() }

        func adminPort() async -> Int {
            for await port in port.stream { return port }
            return 0
        }
    }

    private func get(_ path: String, _ port: Int, _ client: HTTPClient) async throws -> (Int, String) {
        let request = ClientRequest(head: HTTPRequest(method: .get, scheme: "http", authority: "x", path: path))
        let response = try await client.execute(
            request, to: Endpoint(host: "127.0.0.1", port: port), deadline: .now.advanced(by: .seconds(10)))
        return (response.head.status.code, String(buffer: try await response.body.collect(upTo: 1_000_000)))
    }

    @Test func `the admin port tells of life, readiness and metrics`() async throws {
        let shop = Shop()
        shop.readiness.register("ledger") { shop.diary.all.contains("well") ? nil : "not \"connected\"" }
        shop.metrics.makeCounter(label: "sold", dimensions: []).increment(by: 3)
        let client = HTTPClient(group: shop.group, logger: Logger(label: "test"))
        async let running: Void = shop.run()
        let port = await shop.adminPort()

        #expect(try await get("/livez", port, client) == (200, #"{"live":true}"#))
        let notReady = try await get("/readyz", port, client)
        #expect(notReady == (503, #"{"ready":false,"reasons":["ledger: not \"connected\""]}"#))
        shop.diary.write("well")
        #expect(try await get("/readyz", port, client) == (200, #"{"ready":true,"reasons":[]}"#))
        shop.readiness.beginDraining()
        #expect(try await get("/readyz", port, client) == (503, #"{"ready":false,"reasons":["service: draining"]}"#))
        let metrics = try await get("/metrics", port, client)
        #expect(metrics.0 == 200 && metrics.1.contains("\nsold_total 3\n"))
        #expect(try await get("/other", port, client).0 == 404)

        shop.end()
        try await running
    }

    @Test func `a part that ends stops the others: readiness, listeners, workers, databases`() async throws {
        let shop = Shop()
        async let running: Void = shop.run()
        _ = await shop.adminPort()
        shop.end()
        try await running
        #expect(shop.readiness.isDraining)
        #expect(shop.diary.all == ["listener", "worker", "database"])
    }

    @Test func `a failure stops the service and is told`() async {
        struct Broken: Error {}
        await #expect(throws: Broken.self) {
            try await ServiceRuntime.run(
                name: "shop", readiness: ReadinessBoard(), admin: NetworkAddress(host: "127.0.0.1", port: 0),
                on: MultiThreadedEventLoopGroup.singleton, workers: [LoopService(name: "broken") { throw Broken() }],
                drainNotice: .zero, metrics: MetricsRegistry(), stopsOnSignals: false)
        }
    }

    @Test func `a loop's lateness is measured`() async throws {
        let metrics = MetricsRegistry()
        let group = MultiThreadedEventLoopGroup.singleton
        let lag = Task { try await EventLoopLag(group: group, metrics: metrics).run() }
        let deadline = ContinuousClock.now.advanced(by: .seconds(20))
        func isMeasured() -> Bool {
            metrics.rendered().split(separator: "\n").contains {
                $0.hasPrefix(#"event_loop_lag_seconds_count{loop="0"}"#) && !$0.hasSuffix(" 0")
            }
        }
        while !isMeasured(), ContinuousClock.now < deadline {
            try await group.next().scheduleTask(in: .milliseconds(20)) {}.futureResult.get()
        }
        #expect(isMeasured())
        lag.cancel()
        try await lag.value
    }
}
