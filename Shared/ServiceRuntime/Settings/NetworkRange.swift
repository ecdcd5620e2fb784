public import NIOCore

/// The addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, or one address alone.
public struct NetworkRange: Sendable, Hashable, CustomStringConvertible {
    private let base: IPAddress
    /// Of 128.
    private let bitCount: Int

    /// Reads an address with or without `/bits`; nil when it is neither, or when a bit behind them is set.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let base = IPAddress(parts[0]) else { return nil }
        let most = base.isVersion4 && !parts[0].contains(":") ? 32 : 128
        var bits = most
        if parts.count == 2 {
            guard let given = UInt8(parts[1]), !parts[1].hasPrefix("+"), given <= most else { return nil }
            bits = Int(given)
        }
        self.base = base
        bitCount = bits + 128 - most
        guard base.high & ~highMask == 0, base.low & ~lowMask == 0 else { return nil }
    }

    /// Whether an address is one of them.
    public func contains(_ address: IPAddress) -> Bool {
        (base.high ^ address.high) & highMask == 0 && (base.low ^ address.low) & lowMask == 0
    }

    /// The bits of each half that count; a shift by all of them leaves none.
    private var highMask: UInt64 { ~0 << UInt64(64 - min(bitCount, 64)) }
    private var lowMask: UInt64 { ~0 << UInt64(128 - max(bitCount, 64)) }

    /// As it is read, with its bits.
    public var description: String { "\(base)/\(base.isVersion4 && bitCount >= 96 ? bitCount - 96 : bitCount)" }
}

extension Collection<NetworkRange> {
    /// Whether a connection's peer is in one of the ranges.
    public func contain(_ peer: SocketAddress) -> Bool {
        guard !isEmpty, let address = IPAddress(peer) else { return false }
        return contains { $0.contains(address) }
    }
}
