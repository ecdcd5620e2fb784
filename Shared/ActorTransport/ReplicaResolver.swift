import HTTP2
public import Logging
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

/// Keeps a directory true to its source: a list stays, a name's addresses are asked again and again.
public struct ReplicaResolver: Sendable {
    /// How often a name is asked.
    public static let interval: Duration = .seconds(2)

    private let source: ReplicaSource
    private let directory: ReplicaDirectory
    private let logger: Logger

    /// Fills the directory from a list at once.
    public init(source: ReplicaSource, directory: ReplicaDirectory, logger: Logger) {
        self.source = source
        self.directory = directory
        self.logger = logger
        if case .list(let replicas) = source { directory.replace(by: replicas) }
    }

    /// Asks until it is cancelled; has nothing to ask for a list. A failed question leaves the directory as it is.
    public func run() async {
        guard case .dns(let name, let port) = source else {
            let (never, _) = AsyncStream.makeStream(of: Never.self)
            for await _ in never {}
            return
        }
        while !Task.isCancelled {
            do {
                let found = try await NIOThreadPool.singleton.runIfActive { try Self.addresses(of: name) }
                let replicas = found.sorted().map { Endpoint(host: $0, port: port) }
                if !replicas.isEmpty, Set(replicas) != Set(directory.replicas) {
                    logger.info("replicas changed", metadata: ["name": "\(name)", "count": "\(replicas.count)"])
                    directory.replace(by: replicas)
                }
            } catch {
                logger.warning("a name could not be resolved", metadata: ["name": "\(name)", "error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private static func addresses(of name: String) throws -> Set<String> {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else { throw CallFailure(.unreachable, detail: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var found: Set<String> = []
        var next = list
        while let entry = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(text.count)
            if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 {
                found.insert(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            next = entry.ai_next
        }
        return found
    }
}
