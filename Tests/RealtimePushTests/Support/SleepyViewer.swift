import Glibc

/// A viewer's side of a stream over HTTP/1.1 that is not read until it is asked for.
struct SleepyViewer: ~Copyable {
    private let descriptor: Int32

    /// Asks for a stream, over a WebSocket or not, and falls asleep.
    init(port: Int, path: String) throws(POSIXFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Little goes on its way to one that does not read.
        var bytes: Int32 = 8_192
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        let isConnected = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw POSIXFailure(number: errno) }
        // As long as `eventually` waits: a stream that does not end fails the test instead of holding it up.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        // The connection ends with the stream also where the server could still say all of it.
        let request = "GET \(path) HTTP/1.1\r\nHost: hall\r\nConnection: close\r\n\r\n"
        guard write(descriptor, request, request.utf8.count) == request.utf8.count else {
            throw POSIXFailure(number: errno)
        }
    }

    /// Wakes up and reads to the end; answers the last bytes.
    func lastBytes(_ count: Int) -> String {
        var last: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let read = recv(descriptor, &buffer, buffer.count, 0)
            guard read > 0 else { break }
            last = (last + buffer.prefix(read)).suffix(count)
        }
        return String(decoding: last, as: UTF8.self)
    }

    deinit {
        close(descriptor)
    }
}

/// A call of the system that failed.
struct POSIXFailure: Error {
    let number: Int32
}
