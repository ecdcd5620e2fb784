import Sessions

/// Tells whether a repeated key carries the same request: an HMAC of method, path and body (DESIGN 6).
struct Fingerprint: Sendable {
    private let hash: KeyedHash

    init(secret: [UInt8]) {
        hash = KeyedHash(secret: secret)
    }

    /// 64 hexadecimal digits.
    func of(method: String, path: Substring, body: [UInt8]) -> String {
        // Lengths in front keep two requests apart whose parts run into each other differently.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(method.utf8.count + path.utf8.count + body.count + 16)
        Self.append(method[...], to: &bytes)
        Self.append(path, to: &bytes)
        bytes += body
        return Hex.text(hash.code(of: bytes[...]))
    }

    private static func append(_ part: Substring, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: String(part.utf8.count).utf8)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: part.utf8)
        bytes.append(UInt8(ascii: " "))
    }
}
