import Ticketing

/// A webhook's name among the consumers: `webhook:` and its id.
enum WebhookEndpointName {
    private static let prefix = "webhook:"

    static func name(of endpoint: WebhookEndpointID) -> String { prefix + endpoint.description }

    /// The endpoint of a name, or of the id alone; nil for anything else.
    static func endpoint(of name: String) -> WebhookEndpointID? {
        WebhookEndpointID(name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name)
    }
}
