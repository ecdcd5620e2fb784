import Foundation
import Synchronization

/// A server of a test that says what a closure says, on a free port of 127.0.0.1: each connection has a thread.
public final class LineServer: Sendable {
    /// One connection, as its thread has it.
    public final class Conversation {
        private let descriptor: Int32
        private var buffer: [UInt8] = []

        init(descriptor: Int32) {
            self.descriptor = descriptor
        }

        /// The next line without its end; nil when the peer has gone.
        public func line() -> String? {
            while true {
                if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                    var line = buffer[..<end]
                    buffer.removeFirst(end + 1)
                    if line.last == UInt8(ascii: "\r") { line.removeLast() }
                    return String(decoding: line, as: UTF8.self)
                }
                guard receive() else { return nil }
            }
        }

        /// So many bytes; fewer when the peer has gone.
        public func bytes(_ count: Int) -> [UInt8] {
            while buffer.count < count, receive() {}
            let taken = Array(buffer.prefix(count))
            buffer.removeFirst(taken.count)
            return taken
        }

        /// Returns when the peer has gone.
        public func waitForEnd() {
            while receive() { buffer = [] }
        }

        /// Sends a text; whether the peer is still there.
        @discardableResult
        public func send(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes { buffer in
                    Glibc.send(
                        descriptor, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }

        private func receive() -> Bool {
            var chunk = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            buffer += chunk[..<count]
            return true
        }
    }

    /// The port that it listens on.
    public let port: Int
    private let listener: Int32
    private let connections = Mutex<(open: [Int32], count: Int)>(([], 0))

    /// Starts it; the connection is closed when `serve` returns.
    public init(port: Int = 0, _ serve: @escaping @Sendable (Conversation) -> Void) throws {
        let port = port == 0 ? FreePort.find() : port
        self.port = port
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = in_port_t(port).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 64) == 0
            }
        }
        guard isBound else { throw ChildProcess.Failure(description: "port \(port): errno \(errno)") }
        Thread.detachNewThread { [self] in takeConnections(serve) }
    }

    /// Connections so far.
    public var connectionCount: Int { connections.withLock { $0.count } }

    /// Takes no more connections, and ends those that are open.
    public func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.withLock { connections in
            for descriptor in connections.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func takeConnections(_ serve: @escaping @Sendable (Conversation) -> Void) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            connections.withLock {
                $0.open.append(descriptor)
                $0.count += 1
            }
            Thread.detachNewThread { [self] in
                serve(Conversation(descriptor: descriptor))
                connections.withLock { $0.open.removeAll { $0 == descriptor } }
                close(descriptor)
            }
        }
    }
}
