public import ActorTransport

extension SettingsReader {
    /// The replicas of another service, `host:port,…`, `dns:name:port` for every address of a name, or `file:path` for
    /// every line of a file; it must be set.
    public func replicas(_ name: String, _ meaning: String) -> ReplicaSource {
        declare(name, nil, "host:port,…, dns:name:port or file:path", meaning)
        let example = "127.0.0.1:7001,127.0.0.1:7002"
        guard let text = text(name) else {
            addMissing(name, meaning, example: example)
            return .list([])
        }
        if let source = ReplicaSource(text) { return source }
        add(
            problem: "\(name)=\(Self.shown(text)) is no list of host:port, nor dns:name:port, nor file:path. "
                + "For example: \(name)=\(example)")
        return .list([])
    }
}
