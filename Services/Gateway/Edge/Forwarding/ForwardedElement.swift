import ServiceRuntime

/// What one proxy says of the request that it took (RFC 7239, section 4), parameters that nobody needs left out.
struct ForwardedElement: Equatable, Sendable {
    /// Whom the proxy took it from.
    var client: ForwardedNode?
    /// The scheme by which it came: `http` or `https`.
    var scheme: String?
    /// The `Host` that was asked for.
    var host: String?

    /// The client's address, where the proxy tells it.
    var address: IPAddress? {
        guard case .address(let address) = client else { return nil }
        return address
    }
}
