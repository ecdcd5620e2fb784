/// What the buyer has to do at the provider.
public struct NextActionResource: Codable, Hashable, Sendable {
    /// `redirect`.
    public var type: String
    /// Where to.
    public var url: String

    /// All members.
    public init(type: String, url: String) {
        self.type = type
        self.url = url
    }
}
