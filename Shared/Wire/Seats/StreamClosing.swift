/// A stream's last word.
public struct StreamClosing: Codable, Hashable, Sendable {
    /// Why: `draining`, `moved`, `slow` or `over`.
    public var reason: String
    /// When to come back, in seconds.
    public var retryAfterSeconds: Int

    /// All members.
    public init(reason: String, retryAfterSeconds: Int) {
        self.reason = reason
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The replica stops: another one takes the viewer at once. Closes are spread over the drain, so none need wait.
    public static let draining = StreamClosing(reason: "draining", retryAfterSeconds: 1)
    /// The replica is gone, and no other one took the stream over.
    public static let moved = StreamClosing(reason: "moved", retryAfterSeconds: 2)
    /// The viewer did not read.
    public static let slow = StreamClosing(reason: "slow", retryAfterSeconds: 5)

    /// There is nothing more to tell.
    public static let over = StreamClosing(reason: "over", retryAfterSeconds: 0)

    /// What a WebSocket is closed with (RFC 6455, 7.4.1): 1001, going away; or 1013, try again later.
    public var webSocketCode: UInt16 { self == .slow ? 1013 : 1001 }
}
