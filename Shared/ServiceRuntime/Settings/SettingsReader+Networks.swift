extension SettingsReader {
    /// Addresses or ranges of them, `10.0.0.0/8,2001:db8::1`; none unless it is set.
    public func networks(_ name: String, countMax: Int = 64, _ meaning: String) -> [NetworkRange] {
        declare(name, "(none)", "address or address/bits,…", meaning)
        guard let text = text(name) else { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let ranges = parts.compactMap { NetworkRange(Self.trimmed($0)) }
        if ranges.count == parts.count, ranges.count <= countMax { return ranges }
        add(
            problem:
                "\(name)=\(Self.shown(text)) is no list of 1 to \(countMax) addresses or ranges whose bits end where "
                + "they say. For example: \(name)=10.0.0.0/8,127.0.0.1")
        return []
    }
}
