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
        return "t=\(seconds),k=\(keys[0].id),v1=\(Self.hexadecimal(Array(code)))"
    }

    /// Believes the header's value, or says why not. The comparison takes the same time wherever it fails.
    func verify(_ header: String, of body: [UInt8], at time: Timestamp) throws(WebhookRefusal) {
        var fields: [Substring: Substring] = [:]
        for field in header.split(separator: ",") {
            guard let separator = field.firstIndex(of: "=") else { throw .forged }
            fields[field[..<separator]] = field[field.index(after: separator)...]
        }
        guard let seconds = fields["t"].flatMap({ Int64($0) }), let id = fields["k"],
            let key = keys.first(where: { $0.id == id }), let code = fields["v1"].flatMap(Self.bytes(ofHexadecimal:)),
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Self.signed(body, seconds), using: SymmetricKey(data: key.secret))
        else { throw .forged }
        let (age, hasOverflowed) = (time.unixMicroseconds / 1_000_000).subtractingReportingOverflow(seconds)
        guard !hasOverflowed, age.magnitude <= toleranceSeconds.magnitude else { throw .stale }
    }

    private static func signed(_ body: [UInt8], _ seconds: Int64) -> [UInt8] {
        Array("\(seconds).".utf8) + body
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(ofHexadecimal text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(ofDigit: digits[index]), let low = value(ofDigit: digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
