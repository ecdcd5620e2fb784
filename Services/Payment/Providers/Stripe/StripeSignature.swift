import Crypto
import Ticketing

/// Proves Stripe's webhooks: `t=<seconds>,v1=<hexadecimal HMAC-SHA256>[,v1=…]` over the time, a full stop and the raw
/// body. While a secret is being replaced there is a `v1` for each; one that fits one of ours is enough.
struct StripeSignature: Sendable {
    private let secrets: [SymmetricKey]
    private let toleranceSeconds: Int64
    /// More than two secrets are never valid at once; the rest of a longer header is not read.
    private static let codesMax = 4

    init(secrets: [String], toleranceSeconds: Int64) {
        precondition(!secrets.isEmpty, "signatures need a secret")
        self.secrets = secrets.map { SymmetricKey(data: Array($0.utf8)) }
        self.toleranceSeconds = toleranceSeconds
    }

    /// Believes the header's value, or says why not. The comparison takes the same time wherever it fails.
    func verify(_ header: String, of body: [UInt8], at time: Timestamp) throws(WebhookRefusal) {
        var seconds: Int64?
        var codes: [[UInt8]] = []
        for field in header.split(separator: ",") {
            if field.hasPrefix("t=") {
                seconds = Int64(field.dropFirst(2))
            } else if field.hasPrefix("v1="), codes.count < Self.codesMax,
                let code = Hexadecimal.bytes(of: field.dropFirst(3))
            {
                codes.append(code)
            }
        }
        guard let seconds else { throw .forged }
        let signed = Array("\(seconds).".utf8) + body
        let isGenuine = codes.contains { code in
            secrets.contains { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: signed, using: $0) }
        }
        guard isGenuine else { throw .forged }
        let (age, hasOverflowed) = (time.unixMicroseconds / 1_000_000).subtractingReportingOverflow(seconds)
        guard !hasOverflowed, age.magnitude <= toleranceSeconds.magnitude else { throw .stale }
    }
}
