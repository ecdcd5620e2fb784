import Glibc

/// A TCP socket of this machine that is about to be connected, and never blocks.
public enum CrowdSocket {
    /// Begins to connect; the socket can be written once that is done.
    /// - Parameter source: the address that it comes from; any where it is nil.
    public static func connect(
        to address: CrowdAddress, from source: String? = nil, receiveBytes: Int32? = nil
    ) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        precondition(socket >= 0, "no socket: errno \(errno)")
        set(socket, IPPROTO_TCP, TCP_NODELAY, 1)
        if let receiveBytes { set(socket, Int(SOL_SOCKET), SO_RCVBUF, receiveBytes) }
        if let source {
            // The port is chosen at the connect, so that each address has all of them for each peer.
            set(socket, Int(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            var own = socketAddress(CrowdAddress(host: source, port: 0))
            _ = withPointer(to: &own) { bind(socket, $0, $1) }
        }
        var target = socketAddress(address)
        _ = withPointer(to: &target) { Glibc.connect(socket, $0, $1) }
        return socket
    }

    private static func set(_ socket: Int32, _ level: Int, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(socket, Int32(level), option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func socketAddress(_ address: CrowdAddress) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = address.port.bigEndian
        inet_pton(AF_INET, address.host, &result.sin_addr)
        return result
    }

    private static func withPointer(
        to address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
