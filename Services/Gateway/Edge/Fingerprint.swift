import Crypto
import Foundation

/// Tells whether a repeated key carries the same request: an HMAC of method, path and body (DESIGN 6).
struct Fingerprint: Sendable {
    private let key: SymmetricKey

    init(secret: [UInt8]) {
        key = SymmetricKey(data: secret)
    }

    /// 64 hexadecimal digits.
    func of(method: String, path: String, body: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: key)
        // Lengths in front keep two requests apart whose parts run into each other differently.
        code.update(data: Data("\(method.utf8.count) \(method) \(path.utf8.count) \(path) ".utf8))
        code.update(data: body)
        return Hex.text(code.finalize())
    }
}
