/// What somebody does before a request is taken while very many ask: a little work for their machine, or a plain wait.
public struct ChallengeResource: Codable, Hashable, Sendable {
    /// Goes back with the repeated request, alone or with what solves it.
    public var token: String
    /// How many bits in front of SHA-256(`token:nonce`) have to be zero.
    public var bits: Int
    /// After so many seconds the token is enough by itself.
    public var waitSeconds: Int

    /// All members.
    public init(token: String, bits: Int, waitSeconds: Int) {
        self.token = token
        self.bits = bits
        self.waitSeconds = waitSeconds
    }
}
