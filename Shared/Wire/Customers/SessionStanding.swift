/// Whether a session still stands.
public struct SessionStanding: Codable, Hashable, Sendable {
    /// True when it ended before its time.
    public var isRevoked: Bool

    /// All members.
    public init(isRevoked: Bool) {
        self.isRevoked = isRevoked
    }
}
