import ActorTransport
import Foundation
import HTTP2
import Logging
import Synchronization
import TestSupport
import Testing

/// Where a service's replicas are known from.
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
            ("file:/run/replicas/seats", .file(path: "/run/replicas/seats")),
        ])
    func `a source is a list, a name or a file`(text: String, source: ReplicaSource) {
        #expect(ReplicaSource(text) == source)
    }

    @Test(
        arguments: [
            "", ",", "a", "a:", ":1", "a:0", "a:65536", "a:x", "a:1,", "a:1,,b:2", "a:1,a:1", "http://a:1", "dns:",
            "dns:a", "dns::1", "dns:a:0", "a b:1", "file:",
        ])
    func `anything else is none`(text: String) {
        #expect(ReplicaSource(text) == nil)
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

    @Test func `a file is known at once, and followed as it changes`() async throws {
        let file = try ReplicaList()
        try file.write("# two of them\n10.0.0.1:8081\n\n  10.0.0.2:8081  \n")
        let directory = ReplicaDirectory()
        let resolver = ReplicaResolver(
            source: .file(path: file.path), directory: directory, logger: Logger(label: "test"))
        #expect(directory.replicas == Array(Self.replicas[..<2]))
        let running = Task { await resolver.run() }
        defer { running.cancel() }
        try file.write("10.0.0.2:8081\n10.0.0.3:8081\n")
        try await eventually("the change is seen") { directory.replicas == Array(Self.replicas[1...2]) }
        try file.overwrite("10.0.0.4:8081\n")
        try await eventually("a change in place is seen") { directory.replicas == [Self.replicas[3]] }
    }

    @Test func `a file that can't be used is told, and the last good list stays`() async throws {
        let file = try ReplicaList()
        try file.write("10.0.0.1:8081\n")
        let directory = ReplicaDirectory()
        let diary = Diary()
        let resolver = ReplicaResolver(
            source: .file(path: file.path), directory: directory, logger: Logger(label: "test") { _ in diary })
        let running = Task { await resolver.run() }
        defer { running.cancel() }
        for wrong in ["10.0.0.2:8081\nseats\n", "", nil] {
            let told = diary.messages.count
            if let wrong { try file.write(wrong) } else { try file.remove() }
            try await eventually("it is told") {
                diary.messages.dropFirst(told).contains("a file of replicas can't be used, the last good one counts")
            }
            #expect(directory.replicas == [Self.replicas[0]])
        }
        try file.write("10.0.0.3:8081\n")
        try await eventually("the next good one counts") { directory.replicas == [Self.replicas[2]] }
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

/// A file of replicas in a folder of its own.
private final class ReplicaList {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "replicas-\(UUID().uuidString)")
    var path: String { folder.appending(path: "list").path(percentEncoded: false) }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Puts a whole new file in its place.
    func write(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    func overwrite(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    func remove() throws {
        try FileManager.default.removeItem(atPath: path)
    }
}
