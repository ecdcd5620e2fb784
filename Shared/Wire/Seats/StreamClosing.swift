/// A stream's last word.
public struct StreamClosing: Codable, Hashable, Sendable {
    /// Why: `draining`, `slow`, `overloaded`, `not_found`.
    public var reason: String
    /// When to come back, in seconds.
    public var retryAfterSeconds: Int

    /// All members.
    public init(reason: String, retryAfterSeconds: Int) {
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
    }
}
