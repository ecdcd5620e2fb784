import Crypto

/// Tells whether a repeated key carries the same request: an HMAC of method, path and body (DESIGN 6).
struct Fingerprint: Sendable {
    /// With the key in it: to begin costs as much as to end.
    private let begun: HMAC<SHA256>

    init(secret: [UInt8]) {
        begun = HMAC(key: SymmetricKey(data: secret))
    }

    /// 64 hexadecimal digits.
    func of(method: String, path: Substring, body: [UInt8]) -> String {
        // Lengths in front keep two requests apart whose parts run into each other differently.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(method.utf8.count + path.utf8.count + body.count + 16)
        for part in [method[...], path] {
            bytes += String(part.utf8.count).utf8
            bytes.append(UInt8(ascii: " "))
            bytes += part.utf8
            bytes.append(UInt8(ascii: " "))
        }
        bytes += body
        var code = begun
        code.update(data: bytes)
        return Hex.text(code.finalize())
    }
}
