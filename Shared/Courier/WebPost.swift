public import NIOCore

/// A body for an address that somebody else chose.
public struct WebPost: Sendable {
    /// Where to.
    public let url: String
    /// Names and values of header fields, without line ends.
    public let headerFields: [(String, String)]
    /// The body.
    public let body: [UInt8]
    /// Whether a connection to a resolved address may be opened. It is asked with the address that is then connected
    /// to: a name that changes its mind in between gains nothing.
    public let mayReach: @Sendable (SocketAddress) -> Bool
    /// Whether `http` will do.
    public let allowsClearText: Bool

    /// A post.
    public init(
        url: String, headerFields: [(String, String)], body: [UInt8], allowsClearText: Bool,
        mayReach: @escaping @Sendable (SocketAddress) -> Bool
    ) {
        self.url = url
        self.headerFields = headerFields
        self.body = body
        self.allowsClearText = allowsClearText
        self.mayReach = mayReach
    }
}
