import Crypto
import Ticketing

/// Signs what organizers are told, by Stripe's scheme: `t=1763712000,v1=<hexadecimal HMAC-SHA256>`, over the time, a
/// full stop and the raw body, keyed with the endpoint's secret as text.
///
/// An endpoint's secret is derived from one of the services' keys and its id: it is stored nowhere. While two keys are
/// valid, both sign, and a receiver that knows either secret finds its own.
struct OrganizerSignature: Sendable {
    private let keys: [[UInt8]]

    /// The services' keys, the current one first.
    init(keys: [[UInt8]]) {
        precondition(!keys.isEmpty, "signatures need a key")
        self.keys = keys
    }

    /// The secret that the organizer verifies with.
    func secret(of endpoint: WebhookEndpointID) -> String { Self.secret(of: endpoint, by: keys[0]) }

    /// The header's value for a body that is sent at a time.
    func sign(_ body: [UInt8], at time: Timestamp, for endpoint: WebhookEndpointID) -> String {
        let seconds = time.unixMicroseconds / 1_000_000
        let signed = Array("\(seconds).".utf8) + body
        let codes = keys.map { key in
            let secret = Self.secret(of: endpoint, by: key)
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: Array(secret.utf8)))
            return ",v1=\(Hexadecimal.text(of: code))"
        }
        return "t=\(seconds)\(codes.joined())"
    }

    private static func secret(of endpoint: WebhookEndpointID, by key: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("organizer webhook \(endpoint)".utf8), using: SymmetricKey(data: key))
        return "whsec_\(Hexadecimal.text(of: code))"
    }
}
