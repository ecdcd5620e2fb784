public import Ticketing

/// A performance's history up to a sequence, in two hashes, signed. Hashes are 64 hexadecimal digits.
public struct ProofHeadResource: Codable, Hashable, Sendable {
    /// Whose history.
    public var performanceId: PerformanceID
    /// The epoch that the sequence belongs to.
    public var epoch: Int64
    /// The last change that is covered.
    public var sequence: Int64
    /// The chain's hash behind that change.
    public var chainHash: String
    /// The root of the tree over the chain's hashes of all changes up to it.
    public var treeHash: String
    /// When it was signed.
    public var publishedAt: Timestamp
    /// Under which key.
    public var keyId: String
    /// Ed25519, 128 hexadecimal digits.
    public var signature: String

    /// All members.
    public init(
        performanceId: PerformanceID, epoch: Int64, sequence: Int64, chainHash: String, treeHash: String,
        publishedAt: Timestamp, keyId: String, signature: String
    ) {
        self.performanceId = performanceId
        self.epoch = epoch
        self.sequence = sequence
        self.chainHash = chainHash
        self.treeHash = treeHash
        self.publishedAt = publishedAt
        self.keyId = keyId
        self.signature = signature
    }
}
