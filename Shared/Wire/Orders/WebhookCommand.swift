/// A provider's message as it arrived.
public struct WebhookCommand: Codable, Hashable, Sendable {
    /// Whose.
    public var provider: String
    /// The signature header's value.
    public var signature: String
    /// The raw body, as standard base64.
    public var body: String

    /// All members.
    public init(provider: String, signature: String, body: String) {
        self.provider = provider
        self.signature = signature
        self.body = body
    }
}
