/// Asks for the keys that heads are signed under.
public struct ProofKeysRequest: Codable, Hashable, Sendable {
    /// Nothing to say.
    public init() {}
}
