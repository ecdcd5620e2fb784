import CEpoll
import Glibc

/// One socket of a crowd, with one viewer or many. Used on the crowd's thread alone.
class Link {
    let address: CrowdAddress
    unowned let crowd: Crowd
    private(set) var isConnected = false
    private(set) var isClosed = false
    private let socket: Int32
    private var mark: UInt64 = 0
    private var interest = Poller.writable
    private var outgoing: [UInt8] = []

    /// Begins to connect.
    init(to address: CrowdAddress, of crowd: Crowd, receiveBytes: Int32? = nil) {
        self.address = address
        self.crowd = crowd
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        precondition(socket >= 0, "no socket: errno \(errno)")
        set(IPPROTO_TCP, TCP_NODELAY, 1)
        if let receiveBytes { set(Int(SOL_SOCKET), SO_RCVBUF, receiveBytes) }
        if crowd.settings.sources > 1 {
            // The port is chosen at the connect, so that each address has all of them for each peer.
            set(Int(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            var source = Self.socketAddress(CrowdAddress(host: crowd.nextSource(), port: 0))
            _ = Self.withPointer(to: &source) { bind(socket, $0, $1) }
        }
        mark = crowd.register(self)
        var target = Self.socketAddress(address)
        _ = Self.withPointer(to: &target) { connect(socket, $0, $1) }
        crowd.poller.add(socket, interest: interest, mark: mark)
    }

    // MARK: What a kind of link does

    /// The connection stands.
    func connected() {}

    /// Bytes came; they are gone after the call.
    func received(_ bytes: UnsafeRawBufferPointer) {}

    /// The connection is gone: the viewers are to be told.
    func ended() {}

    /// The viewer goes away by itself.
    func leave(_ viewer: Int) {}

    // MARK: For the crowd

    /// Whether the crowd reads this link byte by byte, or not at all.
    final func stopReading() {
        interest = Poller.peerClosed
        crowd.poller.change(socket, interest: interest, mark: mark)
    }

    final func happened(_ events: UInt32, into buffer: UnsafeMutableRawBufferPointer) {
        if !isConnected {
            guard events & Poller.broken == 0 else { return close() }
            isConnected = true
            setInterest(Poller.readable)
            connected()
            flush()
        } else if events & Poller.writable != 0 {
            flush()
        }
        guard !isClosed else { return }
        if interest & Poller.readable == 0 {
            if events & (Poller.broken | Poller.peerClosed) != 0 { close() }
        } else if events & (Poller.readable | Poller.broken) != 0 {
            read(into: buffer)
        }
    }

    /// Reads what is there, as much as fits.
    final func read(into buffer: UnsafeMutableRawBufferPointer) {
        let count = recv(socket, buffer.baseAddress, buffer.count, 0)
        if count > 0 {
            received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            close()
        }
    }

    final func send(_ bytes: [UInt8]) {
        outgoing += bytes
        if isConnected { flush() }
    }

    final func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(socket)
        crowd.forget(mark)
        ended()
    }

    // MARK: The socket

    private func flush() {
        guard !outgoing.isEmpty, !isClosed else { return }
        let sent = outgoing.withUnsafeBytes {
            Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if sent < 0, errno != EAGAIN { return close() }
        outgoing.removeFirst(max(0, sent))
        setInterest(outgoing.isEmpty ? interest & ~Poller.writable : interest | Poller.writable)
    }

    private func setInterest(_ wanted: UInt32) {
        guard wanted != interest else { return }
        interest = wanted
        crowd.poller.change(socket, interest: interest, mark: mark)
    }

    private func set(_ level: Int, _ option: Int32, _ value: Int32) {
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
