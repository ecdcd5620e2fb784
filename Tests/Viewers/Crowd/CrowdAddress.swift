/// Where viewers go: an IPv4 address and a port.
public struct CrowdAddress: Hashable, Sendable {
    /// Four numbers with dots.
    public let host: String
    /// The port.
    public let port: UInt16

    /// An address and a port of it.
    public init(host: String = "127.0.0.1", port: Int) {
        self.host = host
        self.port = UInt16(clamping: port)
    }

    /// Reads `127.0.0.1:8080`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else { return nil }
        self.init(host: String(parts[0]), port: Int(port))
    }
}
