import Foundation
import HTTP2
public import Logging
import NIOPosix

/// Keeps a directory true to its source: a list stays, a name's addresses are asked for again and again, a file is
/// read as it changes. A failed question or a wrong content is logged and leaves the directory as it is.
public struct ReplicaResolver: Sendable {
    /// How often a name is asked, unless its replicas fail: then at the next look.
    public static let nameInterval: Duration = .seconds(2)
    /// How often a file is looked at, and the directory for failures that pile up.
    public static let lookInterval: Duration = .milliseconds(200)

    private let source: ReplicaSource
    private let directory: ReplicaDirectory
    private let logger: Logger

    /// Fills the directory from a list or a file at once.
    public init(source: ReplicaSource, directory: ReplicaDirectory, logger: Logger) {
        self.source = source
        self.directory = directory
        self.logger = logger
        switch source {
        case .list(let replicas): directory.replace(by: replicas)
        case .file(let path): if FileStamp(ofFile: path) != nil { readFile(path) }
        case .dns: break
        }
    }

    /// Asks until it is cancelled; has nothing to ask for a list.
    public func run() async {
        switch source {
        case .list:
            let (never, _) = AsyncStream.makeStream(of: Never.self)
            for await _ in never {}
        case .dns(let name, let port): await follow(name: name, port: port)
        case .file(let path): await follow(file: path)
        }
    }

    private func follow(name: String, port: Int) async {
        while !Task.isCancelled {
            await ask(name: name, port: port)
            let nextAt = ContinuousClock.now + Self.nameInterval
            repeat {
                try? await Task.sleep(for: Self.lookInterval)
            } while !Task.isCancelled && .now < nextAt && !directory.takeDoubt()
        }
    }

    private func ask(name: String, port: Int) async {
        do {
            let found = try await NIOThreadPool.singleton.runIfActive { try NameLookup.addresses(of: name) }
            take(found.sorted().map { Endpoint(host: $0, port: port) }, from: name)
        } catch {
            logger.warning("a name could not be resolved", metadata: ["name": "\(name)", "error": "\(error)"])
        }
    }

    private func follow(file path: String) async {
        var read = FileStamp(ofFile: path)
        readFile(path)
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.lookInterval)
            let now = FileStamp(ofFile: path)
            guard now != read else { continue }
            read = now
            readFile(path)
        }
    }

    // A file of some lines: read on the caller's thread.
    private func readFile(_ path: String) {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            let bytes = try file.read(upToCount: ReplicaFile.bytesMax + 1) ?? Data()
            take(try ReplicaFile.replicas(in: String(decoding: bytes, as: UTF8.self)), from: path)
        } catch {
            logger.error(
                "a file of replicas can't be used, the last good one counts",
                metadata: ["path": "\(path)", "error": "\(error)", "count": "\(directory.replicas.count)"])
        }
    }

    private func take(_ replicas: [Endpoint], from source: String) {
        guard !replicas.isEmpty, Set(replicas) != Set(directory.replicas) else { return }
        logger.info("replicas changed", metadata: ["source": "\(source)", "count": "\(replicas.count)"])
        directory.replace(by: replicas)
    }
}
