/// An absolute URL of a service: scheme, host, port and path, without user, query or fragment.
public struct ServiceURL: Sendable, Hashable, CustomStringConvertible {
    /// In lower case.
    public let scheme: String
    /// Where the service is; the scheme's own port if none is written.
    public let address: NetworkAddress
    /// Begins with a slash.
    public let path: String
    /// As it was written.
    public let description: String

    /// Reads `http://host:port/path` or `https://…`; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://"),
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), !text.contains(where: { "@?#\"<>\\".contains($0) })
        else { return nil }
        let scheme = text[..<colon].lowercased()
        guard let defaultPort = ["http": 80, "https": 443][scheme] else { return nil }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = String(rest[..<slash])
        guard let address = NetworkAddress(authority) ?? NetworkAddress("\(authority):\(defaultPort)") else {
            return nil
        }
        self.scheme = scheme
        self.address = address
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        description = text
    }
}
