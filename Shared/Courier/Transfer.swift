import CCurl
import Glibc
import NIOCore
import Synchronization

/// One thing that libcurl hands over, as its callbacks see it.
///
/// Its thread alone touches what is not atomic: it is made, used and read in the closure that performs it.
final class Transfer {
    /// The most that a peer may say: replies of SMTP, or header fields and body over HTTP.
    static let heardBytesMax = 65_536

    /// What is sent, and how much of it is.
    private let outgoing: [UInt8]
    private var sentCount = 0
    private let mayReach: (@Sendable (SocketAddress) -> Bool)?
    private let stop: TransferStop
    private(set) var heardCount = 0
    private(set) var isForbidden = false
    /// The last line of the peer's head or reply, the last one that was an SMTP refusal, and the beginning of a body.
    private(set) var lastLine: [UInt8] = []
    private(set) var refusalLine: [UInt8] = []
    private(set) var body: [UInt8] = []
    private static let keptBytesMax = 1_024

    init(outgoing: [UInt8], stop: TransferStop, mayReach: (@Sendable (SocketAddress) -> Bool)? = nil) {
        self.outgoing = outgoing
        self.stop = stop
        self.mayReach = mayReach
    }

    /// Whether the peer said more than it may.
    var isTooLong: Bool { heardCount > Self.heardBytesMax }

    /// Sets the callbacks of a handle; the transfer has to live until it was performed.
    func attach(to curl: UnsafeMutableRawPointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        courier_set_pointer(curl, CURLOPT_READDATA, me)
        courier_set_reader(curl) { buffer, size, count, me in
            guard let buffer else { return 0 }
            return Transfer.of(me).give(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        courier_set_pointer(curl, CURLOPT_WRITEDATA, me)
        courier_set_writer(curl, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
            Transfer.of(me).hear(UnsafeRawBufferPointer(start: bytes, count: size * count), isBody: true)
        }
        courier_set_pointer(curl, CURLOPT_HEADERDATA, me)
        courier_set_writer(curl, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
            Transfer.of(me).hear(UnsafeRawBufferPointer(start: bytes, count: size * count), isBody: false)
        }
        courier_set_pointer(curl, CURLOPT_XFERINFODATA, me)
        courier_set_watcher(curl) { me, _, _, _, _ in Transfer.of(me).stop.isDue ? 1 : 0 }
        courier_set_long(curl, CURLOPT_NOPROGRESS, 0)
        if mayReach != nil {
            courier_set_pointer(curl, CURLOPT_OPENSOCKETDATA, me)
            courier_set_opener(curl) { me, _, address in
                guard let address else { return CURL_SOCKET_BAD }
                return Transfer.of(me).open(address)
            }
        }
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> Transfer {
        guard let pointer else { preconditionFailure("a callback without its transfer") }
        return Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, outgoing.count - sentCount)
        buffer.copyBytes(from: outgoing[sentCount..<sentCount + count])
        sentCount += count
        return count
    }

    /// Fewer than were offered end the transfer.
    private func hear(_ bytes: UnsafeRawBufferPointer, isBody: Bool) -> Int {
        heardCount += bytes.count
        if isTooLong { return 0 }
        if isBody {
            body += bytes.prefix(Self.keptBytesMax - body.count)
        } else if bytes.contains(where: { $0 > 0x20 }) {
            lastLine = Array(bytes.prefix(Self.keptBytesMax))
            // What follows a refusal is how the peer says goodbye.
            if lastLine[0] == UInt8(ascii: "4") || lastLine[0] == UInt8(ascii: "5") { refusalLine = lastLine }
        }
        return bytes.count
    }

    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard let mayReach, let peer = SocketAddress(at: address), mayReach(peer) else {
            isForbidden = true
            return CURL_SOCKET_BAD
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.`protocol`)
    }
}

extension SocketAddress {
    /// The address that libcurl is about to connect to; nil for what is no address of the Internet.
    fileprivate init?(at address: UnsafeMutablePointer<curl_sockaddr>) {
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
        // The field is declared as the shortest kind of address; a longer one goes on behind it.
        let bytes = UnsafeRawPointer(address) + offset
        let length = Int(address.pointee.addrlen)
        switch address.pointee.family {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            self.init(bytes.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            self.init(bytes.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}
