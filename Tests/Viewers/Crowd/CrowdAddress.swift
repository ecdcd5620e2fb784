import Glibc

/// Where viewers go: an IPv4 address and a port.
public struct CrowdAddress: Hashable, Sendable {
    /// Four numbers with dots.
    public let host: String
    /// The port.
    public let port: UInt16

    /// An address and a port of it.
    /// - Precondition: the address is four numbers with dots; what a person wrote is read by ``init(_:)``.
    public init(host: String = "127.0.0.1", port: Int) {
        precondition(Self.isAddress(host), "\(host) is not four numbers from 0 to 255 with dots")
        self.host = host
        self.port = UInt16(clamping: port)
    }

    /// Reads `127.0.0.1:8080`; nil where it is anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, Self.isAddress(String(parts[0])), let port = UInt16(parts[1]), port > 0 else {
            return nil
        }
        self.init(host: String(parts[0]), port: Int(port))
    }

    private static func isAddress(_ host: String) -> Bool {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1
    }
}
