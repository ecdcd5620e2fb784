/// What the other side of a post said.
public struct WebAnswer: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The beginning of the body, as a log may have it.
    public let excerpt: String
}
