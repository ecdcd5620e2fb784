import Glibc
public import NIOCore

/// An IPv4 or IPv6 address as a number; an IPv4 one is kept as IPv6 has it (`::ffff:a.b.c.d`), so that a peer is the
/// same whichever way the socket tells of it.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// `::ffff` in front of an IPv4 address, in the lower half.
    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    /// The first eight bytes, big endian. Two words and no array: a peer's address is looked at in each request.
    let high: UInt64
    /// The last eight.
    let low: UInt64

    /// Reads `192.0.2.1` or `2001:db8::1`, without brackets, zone and port; nil when it is neither.
    public init?(_ text: some StringProtocol) {
        self.init(String(text))
    }

    /// The same of a string: other modules can't specialize the one above, and this is read in each request.
    public init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        var version4 = in_addr()
        var version6 = in6_addr()
        if inet_pton(AF_INET, text, &version4) == 1 {
            self.init(version4)
        } else if inet_pton(AF_INET6, text, &version6) == 1 {
            self.init(version6)
        } else {
            return nil
        }
    }

    /// The address of a socket's peer; nil for one of this machine's own kind (`AF_UNIX`).
    public init?(_ address: SocketAddress) {
        // Where a `sockaddr_in` and a `sockaddr_in6` have it: behind the family, the port and, in the latter, the flow.
        switch address {
        case .v4:
            high = 0
            low = Self.mappedPrefix | UInt64(UInt32(bigEndian: Self.load(from: address, at: 4)))
        case .v6:
            high = UInt64(bigEndian: Self.load(from: address, at: 8))
            low = UInt64(bigEndian: Self.load(from: address, at: 16))
        case .unixDomainSocket: return nil
        }
    }

    private static func load<Word: FixedWidthInteger & BitwiseCopyable>(
        from address: SocketAddress, at place: Int
    ) -> Word {
        address.withSockAddr { pointer, size in
            UnsafeRawBufferPointer(start: pointer, count: size).loadUnaligned(fromByteOffset: place, as: Word.self)
        }
    }

    private init(_ version4: in_addr) {
        high = 0
        low = Self.mappedPrefix | UInt64(UInt32(bigEndian: version4.s_addr))
    }

    private init(_ version6: in6_addr) {
        (high, low) = withUnsafeBytes(of: version6) { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
    }

    /// What a limit for each source takes for one: an IPv4 address, or of an IPv6 one the 64 bits in front, behind which
    /// one subscriber has as many addresses as it likes (RFC 4291, section 2.5.4).
    public var source: UInt64 { isVersion4 ? low : high }

    /// Whether it is an IPv4 address.
    var isVersion4: Bool { high == 0 && low >> 32 == Self.mappedPrefix >> 32 }

    /// As it is read.
    public var description: String {
        if isVersion4 {
            return [low >> 24, low >> 16, low >> 8, low].map { String($0 & 0xFF) }.joined(separator: ".")
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
            _ = inet_ntop(AF_INET6, $0.baseAddress, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
