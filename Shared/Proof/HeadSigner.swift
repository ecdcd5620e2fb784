import Crypto
public import Wire

/// Signs heads under a key that the database does not know.
public struct HeadSigner: Sendable {
    /// The key's name.
    public let keyID: String
    private let key: Curve25519.Signing.PrivateKey

    /// A key from a secret of 32 bytes or more. The same secret makes the same key.
    public init(keyID: String, secret: [UInt8]) {
        precondition(secret.count >= 32, "a secret for signing has 32 bytes or more")
        self.keyID = keyID
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret), info: Array("box-office heads".utf8), outputByteCount: 32)
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            preconditionFailure("any 32 bytes are a key of Ed25519")
        }
        self.key = key
    }

    /// What everybody may know of the key.
    public var resource: ProofKeyResource {
        ProofKeyResource(
            keyId: keyID, algorithm: "ed25519", publicKey: Self.text(Array(key.publicKey.rawRepresentation)))
    }

    /// The head with its signature.
    public func sign(_ head: ProofHeadResource) throws -> ProofHeadResource {
        var signed = head
        signed.keyId = keyID
        signed.signature = Self.text(Array(try key.signature(for: signed.signedBytes)))
        return signed
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
