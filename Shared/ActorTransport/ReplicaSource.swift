public import HTTP2

/// Where a service's replicas are known from.
public enum ReplicaSource: Hashable, Sendable {
    /// The settings name each.
    case list([Endpoint])
    /// Every address of a name is one.
    case dns(name: String, port: Int)

    /// Reads `host:port,host:port` or `dns:name:port`; nil when it is neither.
    public init?(_ text: String) {
        if text.hasPrefix("dns:") {
            guard let replica = Self.replica(text.dropFirst(4)) else { return nil }
            self = .dns(name: replica.host, port: replica.port)
            return
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let replicas = parts.compactMap { Self.replica($0) }
        guard !replicas.isEmpty, replicas.count == parts.count, Set(replicas).count == replicas.count else {
            return nil
        }
        self = .list(replicas)
    }

    private static func replica(_ text: Substring) -> Endpoint? {
        let trimmed = text.drop { $0 == " " }
        guard let colon = trimmed.lastIndex(of: ":"), colon != trimmed.startIndex,
            let port = Int(trimmed[trimmed.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        let host = trimmed[..<colon]
        guard !host.contains(where: { $0 == " " || $0 == "/" }) else { return nil }
        return Endpoint(host: String(host), port: port)
    }
}
