/// A public key that heads are signed under.
public struct ProofKeyResource: Codable, Hashable, Sendable {
    /// Its name, as heads give it.
    public var keyId: String
    /// `ed25519`.
    public var algorithm: String
    /// 64 hexadecimal digits.
    public var publicKey: String

    /// All members.
    public init(keyId: String, algorithm: String, publicKey: String) {
        self.keyId = keyId
        self.algorithm = algorithm
        self.publicKey = publicKey
    }
}
