/// Where a server listens.
public struct PostgresHost: Sendable, Hashable, CustomStringConvertible {
    /// A name, a numeric address, or the absolute path of a folder that holds its socket.
    public let host: String
    /// The port; also part of a local socket's name.
    public let port: Int

    public init(host: String, port: Int = 5432) {
        self.host = host
        self.port = port
    }

    public var description: String { "\(host):\(port)" }

    var isLocalSocket: Bool { host.hasPrefix("/") }
}
