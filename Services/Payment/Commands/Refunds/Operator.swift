import Crypto
import Ticketing
import Wire

/// Who asks when a command does.
enum Operator {
    /// Nobody who could sign in.
    static let id = CustomerID(high: 0, low: 0)

    /// The key of a wish: the operator's own, or a new one.
    static func key(_ given: String?) -> String {
        given.map { "operator-\($0)" } ?? "operator-\(RefundID(at: .now))"
    }

    /// Tells one wish from another that goes by the same key.
    static func fingerprint(_ parts: [String]) -> String {
        Hexadecimal.text(of: SHA256.hash(data: Array(parts.joined(separator: "\u{0}").utf8)))
    }
}

extension Answer {
    /// The body, as it would go out.
    var bodyText: String { String(decoding: body?.bytes ?? [], as: UTF8.self) }
}
