import Glibc
public import NIOCore

/// An IPv4 or IPv6 address as a number; an IPv4 one is kept as IPv6 has it (`::ffff:a.b.c.d`), so that a peer is the
/// same whichever way the socket tells of it.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Sixteen of them.
    let bytes: [UInt8]

    /// Reads `192.0.2.1` or `2001:db8::1`, without brackets, zone and port; nil when it is neither.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        guard text.utf8.count <= 45 else { return nil }
        var version4 = in_addr()
        var version6 = in6_addr()
        if inet_pton(AF_INET, text, &version4) == 1 {
            bytes = Self.mappedPrefix + withUnsafeBytes(of: version4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &version6) == 1 {
            bytes = withUnsafeBytes(of: version6) { Array($0) }
        } else {
            return nil
        }
    }

    /// The address of a socket's peer; nil for one of this machine's own kind (`AF_UNIX`).
    public init?(_ address: SocketAddress) {
        // Where a `sockaddr_in` and a `sockaddr_in6` have it: behind the family, the port and, in the latter, the flow.
        switch address {
        case .v4: bytes = Self.mappedPrefix + Self.bytes(of: address, at: 4..<8)
        case .v6: bytes = Self.bytes(of: address, at: 8..<24)
        case .unixDomainSocket: return nil
        }
    }

    /// The ``source`` of a socket's peer, which many requests ask for: nothing is made on the way.
    public static func source(of address: SocketAddress) -> UInt64? {
        address.withSockAddr { pointer, size in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            // An IPv4 address as IPv6 has it: of the 64 bits behind, sixteen are set in front.
            func version4(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0xFFFF) { $0 << 8 | UInt64($1) } }
            switch address {
            case .v4: return version4(4..<8)
            case .v6 where bytes[8..<20].elementsEqual(mappedPrefix): return version4(20..<24)
            case .v6: return bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
            case .unixDomainSocket: return nil
            }
        }
    }

    private static func bytes(of address: SocketAddress, at range: Range<Int>) -> [UInt8] {
        address.withSockAddr { pointer, size in
            Array(UnsafeRawBufferPointer(start: pointer, count: size)[range])
        }
    }

    /// What a limit for each source takes for one: an IPv4 address, or of an IPv6 one the 64 bits in front, behind which
    /// one subscriber has as many addresses as it likes (RFC 4291, section 2.5.4).
    public var source: UInt64 {
        (isVersion4 ? bytes[8...] : bytes[..<8]).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether it is an IPv4 address.
    var isVersion4: Bool { bytes.starts(with: Self.mappedPrefix) }

    /// As it is read.
    public var description: String {
        if isVersion4 { return bytes[12...].map(String.init).joined(separator: ".") }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        bytes.withUnsafeBytes { _ = inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count)) }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
