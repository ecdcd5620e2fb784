import ActorTransport
import Foundation
import HTTP2
import Logging
import Synchronization
import TestSupport
import Testing

/// Where a service's replicas are known from, and who rests.
struct ReplicaDirectoryTests {
    private static let replicas = (1...4).map { Endpoint(host: "10.0.0.\($0)", port: 8081) }

    @Test(
        arguments: [
            ("a:1", ReplicaSource.list([Endpoint(host: "a", port: 1)])),
            (
                "10.0.0.1:8081, 10.0.0.2:8081",
                .list([Endpoint(host: "10.0.0.1", port: 8081), Endpoint(host: "10.0.0.2", port: 8081)])
            ),
            ("dns:seats.internal:8081", .dns(name: "seats.internal", port: 8081)),
        ])
    func `a source is a list or a name`(text: String, source: ReplicaSource) {
        #expect(ReplicaSource(text) == source)
    }

    @Test(
        arguments: [
            "", ",", "a", "a:", ":1", "a:0", "a:65536", "a:x", "a:1,", "a:1,,b:2", "a:1,a:1", "http://a:1", "dns:",
            "dns:a", "dns::1", "dns:a:0", "a b:1",
        ])
    func `anything else is none`(text: String) {
        #expect(ReplicaSource(text) == nil)
    }

    @Test func `a replica that failed is asked last for a while, and all of them stand in the ranking`() {
        let directory = ReplicaDirectory(Self.replicas)
        let now = ContinuousClock.now
        let usual = directory.ranking(for: "a", at: now)
        directory.failed(usual[0], at: now)
        #expect(directory.ranking(for: "a", at: now) == Array(usual[1...]) + [usual[0]])
        #expect(directory.ranking(for: "a", at: now + ReplicaDirectory.failureRest) == usual)
        directory.answered(usual[0])
        #expect(directory.ranking(for: "a", at: now) == usual)
    }

    @Test func `when all failed, they are asked in their usual order`() {
        let directory = ReplicaDirectory(Self.replicas)
        let now = ContinuousClock.now
        let usual = directory.ranking(for: "a", at: now)
        for replica in usual { directory.failed(replica, at: now) }
        #expect(directory.ranking(for: "a", at: now) == usual)
    }

    @Test func `a replica that left and came back does not rest`() {
        let directory = ReplicaDirectory(Self.replicas)
        let now = ContinuousClock.now
        let usual = directory.ranking(for: "a", at: now)
        directory.failed(usual[0], at: now)
        directory.replace(by: Array(usual[1...]))
        directory.replace(by: Self.replicas)
        #expect(directory.ranking(for: "a", at: now) == usual)
    }

    @Test func `a list is known at once`() {
        let directory = ReplicaDirectory()
        _ = ReplicaResolver(source: .list(Self.replicas), directory: directory, logger: Logger(label: "test"))
        #expect(directory.replicas == Self.replicas)
    }

    @Test func `every address of a name is a replica`() async throws {
        let directory = ReplicaDirectory()
        let resolver = ReplicaResolver(
            source: .dns(name: "localhost", port: 8081), directory: directory, logger: Logger(label: "test"))
        let running = Task { await resolver.run() }
        defer { running.cancel() }
        try await eventually("localhost is resolved") { !directory.replicas.isEmpty }
        #expect(Set(directory.replicas) == Set(try addresses(of: "localhost").map { Endpoint(host: $0, port: 8081) }))
    }

    @Test func `a name that can't be resolved leaves the directory as it is`() async throws {
        let directory = ReplicaDirectory(Self.replicas)
        let diary = Diary()
        let resolver = ReplicaResolver(
            source: .dns(name: "no-such-name.invalid", port: 8081), directory: directory,
            logger: Logger(label: "test") { _ in diary })
        let running = Task { await resolver.run() }
        defer { running.cancel() }
        try await eventually("the failed question is logged") {
            diary.messages.contains("a name could not be resolved")
        }
        #expect(directory.replicas == Self.replicas)
    }

    /// The addresses of a name as the machine's own tool tells them.
    private func addresses(of name: String) throws -> Set<String> {
        let text = String(decoding: try ChildProcess.run(["getent", "ahosts", name]).printed, as: UTF8.self)
        return Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
    }
}

/// Keeps what is logged.
private final class Diary: LogHandler {
    private let lines = Mutex<[String]>([])
    var messages: [String] { lines.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        lines.withLock { $0.append("\(event.message)") }
    }
}
