import Crypto
import Ticketing

/// Signs messages with a time and a key, and proves them: `t=1763712000,k=main,v1=<hexadecimal HMAC-SHA256>`.
///
/// What is signed is the time, a full stop and the raw body. Two keys may be valid at once, so that they can change.
struct WebhookSignature: Sendable {
    /// A key and the name by which a signature refers to it.
    struct Key: Sendable {
        /// The name; no secret.
        let id: String
        /// The secret's bytes.
        let secret: [UInt8]
    }

    /// How far the message's time may lie from ours, in seconds.
    static let toleranceSecondsDefault: Int64 = 300

    private let keys: [Key]
    private let toleranceSeconds: Int64

    /// Signs with the first key and believes all of them.
    init(keys: [Key], toleranceSeconds: Int64 = toleranceSecondsDefault) {
        precondition(!keys.isEmpty, "signatures need a key")
        self.keys = keys
        self.toleranceSeconds = toleranceSeconds
    }

    /// The header's value for a body at a time.
    func sign(_ body: [UInt8], at time: Timestamp) -> String {
        let seconds = time.unixMicroseconds / 1_000_000
        let code = HMAC<SHA256>.authenticationCode(
            for: Self.signed(body, seconds), using: SymmetricKey(data: keys[0].secret))
        return "t=\(seconds),k=\(keys[0].id),v1=\(Hexadecimal.text(of: code))"
    }

    /// Believes the header's value, or says why not. The comparison takes the same time wherever it fails.
    func verify(_ header: String, of body: [UInt8], at time: Timestamp) throws(WebhookRefusal) {
        var fields: [Substring: Substring] = [:]
        for field in header.split(separator: ",") {
            guard let separator = field.firstIndex(of: "=") else { throw .forged }
            fields[field[..<separator]] = field[field.index(after: separator)...]
        }
        guard let seconds = fields["t"].flatMap({ Int64($0) }), let id = fields["k"],
            let key = keys.first(where: { $0.id == id }),
            let code = fields["v1"].flatMap({ Hexadecimal.bytes(of: $0) }),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Self.signed(body, seconds), using: SymmetricKey(data: key.secret))
        else { throw .forged }
        let (age, hasOverflowed) = (time.unixMicroseconds / 1_000_000).subtractingReportingOverflow(seconds)
        guard !hasOverflowed, age.magnitude <= toleranceSeconds.magnitude else { throw .stale }
    }

    private static func signed(_ body: [UInt8], _ seconds: Int64) -> [UInt8] {
        Array("\(seconds).".utf8) + body
    }
}
