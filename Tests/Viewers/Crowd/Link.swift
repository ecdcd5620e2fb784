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
        let source = crowd.settings.sources > 1 ? crowd.nextSource() : nil
        socket = CrowdSocket.connect(to: address, from: source, receiveBytes: receiveBytes)
        mark = crowd.register(self)
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
}
