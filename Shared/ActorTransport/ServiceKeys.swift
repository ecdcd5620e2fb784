/// The keys that services prove themselves with; the first signs, all verify, so that they can be rotated.
public struct ServiceKeys: Sendable {
    /// One secret with its id.
    public struct Key: Sendable {
        /// Names the key on the wire: letters, digits and hyphens.
        public let id: String
        /// 32 bytes or more.
        public let secret: [UInt8]

        /// A key.
        public init(id: String, secret: [UInt8]) {
            self.id = id
            self.secret = secret
        }
    }

    /// The first signs.
    public let keys: [Key]

    /// One key at least.
    public init(_ keys: [Key]) {
        precondition(!keys.isEmpty, "a service without a key can't prove itself")
        self.keys = keys
    }
}
