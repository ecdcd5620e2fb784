import Crypto
public import Proof

/// What a list of entries is ranked by: chosen before anybody entered, and published after the list was.
public struct RankingSeed: Hashable, Sendable {
    /// Bytes of each.
    public static let byteCount = 32

    let bytes: [UInt8]

    /// A seed; nil when these are not 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits in lower case.
    public init?(_ text: String) {
        guard let bytes = ProofHash(text)?.bytes else { return nil }
        self.bytes = bytes
    }

    /// What is published before it.
    public var hash: ProofHash { ProofHash(of: bytes) }
}
