/// What a metric is, as Prometheus' `# TYPE` says it.
public enum MetricKind: String, Sendable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts what was at most so large.
    case histogram
}

/// Metrics as Prometheus' text format 0.0.4 writes them.
public struct MetricsText: Sendable {
    /// What was written so far.
    public private(set) var text = ""

    /// Begins a family.
    public mutating func begin(_ name: String, kind: MetricKind) {
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes one sample; `labels` are already in the format's own form.
    public mutating func append(_ name: String, labels: String = "", value: Double) {
        text += labels.isEmpty ? name : "\(name){\(labels)}"
        text += " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }

    /// A name out of letters, digits, `_` and `:`; every other character becomes `_`.
    static func name(_ text: String) -> String { sanitized(text, colons: true) }

    /// Labels in the order of their names, escaped.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions
            .map { (name: sanitized($0.0, colons: false), value: escaped($0.1)) }
            .sorted { $0.name < $1.name }
            .map { "\($0.name)=\"\($0.value)\"" }
            .joined(separator: ",")
    }

    private static func sanitized(_ text: String, colons: Bool) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
            case "0"..."9":
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(scalar)
            case ":" where colons: name.append(":")
            default: name.append("_")
            }
        }
        return name.isEmpty ? "_" : name
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars.prefix(128) {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
