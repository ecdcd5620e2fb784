import ActorTransport
import HTTP2
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing
import Ticketing
import Wire

@testable import Gateway

/// A viewer's stream goes on at another replica, and the viewer notices nothing.
struct StreamRelayTests {
    /// What replicas of realtime-push say, one script for each stream that is opened.
    private final class Script: Sendable {
        let streams = Mutex<[[String]]>([])
        let paths = Mutex<[String]>([])

        func next(_ path: String) -> [String]? {
            paths.withLock { $0.append(path) }
            return streams.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    private struct Scene {
        let script: Script
        let open: OpenStreams
        let ask: @Sendable (String) async throws -> ClientResponse
    }

    private static let performance = PerformanceID(at: .now)

    private static func frame(_ event: String, _ sequence: Int) -> String {
        "id: 1.\(sequence)\nevent: \(event)\ndata: {\"sequence\":\(sequence)}\n\n"
    }

    /// A gateway's relay before a replica that plays the script; a stream stays open where its last line is empty.
    private static func with(_ streams: [[String]], _ body: (Scene) async throws -> Void) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let script = Script()
        script.streams.withLock { $0 = streams }
        let replica = HTTPServer(settings: .internalListener, logger: logger) { request in
            guard let frames = script.next(request.head.path ?? "") else {
                return ServerResponse(status: .serviceUnavailable)
            }
            return ServerResponse(
                status: .ok,
                body: .stream { writer in
                    for frame in frames where !frame.isEmpty { try await writer.write(frame) }
                    if frames.last == "" { try await Task.sleep(for: .seconds(60)) }
                })
        }
        let port = try await replica.start(on: group, host: "127.0.0.1", port: 0)
        let client = HTTPClient(group: group, logger: logger)
        let keys = ServiceKeys([.init(id: "a", secret: [UInt8](repeating: 1, count: 32))])
        let open = OpenStreams()
        let relay = StreamRelay(
            push: PushStreams(
                client: client, directory: ReplicaDirectory([Endpoint(host: "127.0.0.1", port: port)]),
                credential: ServiceCredential(service: "gateway", keys: keys), logger: logger),
            open: open)
        let gateway = HTTPServer(logger: logger) { request in
            let stream = SeatStream(performance: performance, sections: request.queryParameter("sections"))
            let position = request.queryParameter("after").flatMap { SeatsPosition(text: $0) }
            return (try? await relay.response(with: stream, after: position, by: .events))
                ?? ServerResponse(status: .serviceUnavailable)
        }
        let gatewayPort = try await gateway.start(on: group, host: "127.0.0.1", port: 0)
        let scene = Scene(script: script, open: open) { query in
            try await client.execute(
                ClientRequest(path: "/\(query)"), to: Endpoint(host: "127.0.0.1", port: gatewayPort),
                deadline: .now + .seconds(20), deadlineCoversBody: false)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(scene)) } catch { result = .failure(error) }
        client.shutdown()
        await gateway.shutdown()
        await replica.shutdown()
        try result.get()
    }

    private static func read(_ response: ClientResponse, until end: String) async throws -> String {
        var text = ""
        for try await chunk in response.body {
            text += String(buffer: chunk)
            if text.hasSuffix(end) { break }
        }
        return text
    }

    @Test func `a lost stream goes on from the last message, and what was cut off is not passed on`() async throws {
        let (first, second, third) = (
            Self.frame("snapshot", 4), Self.frame("delta", 5), Self.frame("delta", 7)
        )
        try await Self.with([[first, second, "id: 1.6\nevent: delta\nda"], [third, ""]]) { scene in
            let text = try await Self.read(try await scene.ask(""), until: third)
            #expect(text == first + second + third)
            let path = "/v1/performances/\(Self.performance)/seats/stream"
            #expect(scene.script.paths.withLock { $0 } == [path, "\(path)?after=1.5"])
        }
    }

    @Test func `a replica's farewell is not the viewer's, and sections and position are kept`() async throws {
        let farewell = "event: closing\ndata: {\"reason\":\"draining\",\"retry_after_seconds\":1}\n\n"
        let (first, second) = (Self.frame("delta", 5), Self.frame("delta", 6))
        try await Self.with([[first, farewell], [second, ""]]) { scene in
            let response = try await scene.ask("?after=1.4&sections=A%20%26,B")
            #expect(try await Self.read(response, until: second) == first + second)
            let path = "/v1/performances/\(Self.performance)/seats/stream"
            #expect(
                scene.script.paths.withLock { $0 } == [
                    "\(path)?after=1.4&sections=A%20%26,B", "\(path)?after=1.5&sections=A%20%26,B",
                ])
        }
    }

    @Test func `a drain tells every viewer, and those who come while it ends`() async throws {
        let first = Self.frame("snapshot", 4)
        try await Self.with([[first, ""], [first, ""], [first, ""]]) { scene in
            let viewers = [try await scene.ask(""), try await scene.ask("")]
            try await eventually("two watch") { scene.open.count == 2 }
            await scene.open.drain(over: .milliseconds(200))
            for viewer in viewers {
                let text = try await Self.read(viewer, until: "never")
                #expect(text.hasPrefix(first))
                #expect(text.contains("event: closing\ndata: {\"reason\":\"draining\""))
            }
            let late = try await Self.read(try await scene.ask(""), until: "never")
            #expect(late.contains("\"draining\""))
            try await eventually("nobody is left") { scene.open.count == 0 }
        }
    }
}
