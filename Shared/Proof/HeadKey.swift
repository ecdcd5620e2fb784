import Crypto
public import Wire

/// A public key that heads are signed under (Ed25519, RFC 8032).
public struct HeadKey: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: ProofHash

    /// Reads 64 hexadecimal digits; nil when they are none.
    public init?(_ text: String) {
        guard let bytes = ProofHash(text) else { return nil }
        self.bytes = bytes
    }

    /// Whether a head was signed under this key.
    public func signed(_ head: ProofHeadResource) -> Bool {
        guard let signature = Self.signatureBytes(head.signature),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes.bytes)
        else { return false }
        return key.isValidSignature(signature, for: head.signedBytes)
    }

    private static func signatureBytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count == 128, let first = ProofHash(String(text.prefix(64))),
            let second = ProofHash(String(text.dropFirst(64)))
        else { return nil }
        return first.bytes + second.bytes
    }
}
