public import HTTP2

/// Where a service's replicas are known from.
public enum ReplicaSource: Hashable, Sendable {
    /// The settings name each.
    case list([Endpoint])
    /// Every address of a name is one.
    case dns(name: String, port: Int)
    /// Every line of a file is one (see `ReplicaFile`).
    case file(path: String)

    /// Reads `host:port,host:port`, `dns:name:port` or `file:path`; nil when it is none of them.
    public init?(_ text: String) {
        if text.hasPrefix("dns:") {
            guard let replica = Endpoint(replica: text.dropFirst(4)) else { return nil }
            self = .dns(name: replica.host, port: replica.port)
            return
        }
        if text.hasPrefix("file:") {
            guard text.utf8.count > 5 else { return nil }
            self = .file(path: String(text.dropFirst(5)))
            return
        }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let replicas = parts.compactMap { Endpoint(replica: $0.drop { $0 == " " }) }
        guard !replicas.isEmpty, replicas.count == parts.count, Set(replicas).count == replicas.count else {
            return nil
        }
        self = .list(replicas)
    }
}

extension Endpoint {
    /// Reads `host:port`; nil when it is not.
    init?(replica text: Substring) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        let host = text[..<colon]
        guard !host.contains(where: { " /,".contains($0) }) else { return nil }
        self.init(host: String(host), port: port)
    }
}
