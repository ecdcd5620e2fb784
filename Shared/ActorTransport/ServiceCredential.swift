import Crypto
import Foundation
import HTTPTypes
import Synchronization

/// Makes and checks what a service proves itself with: `{key id}.{service}.{unix seconds}.{HMAC-SHA256 as hex}`.
///
/// A credential is good for five minutes around its second, and is made anew each minute. Both sides remember the
/// last one, so that a call costs a comparison of strings as a rule.
public final class ServiceCredential: Sendable {
    private struct Minted {
        let field: HTTPField
        let atSecond: Int64
    }

    static let lifetimeSeconds: Int64 = 300
    static let renewalSeconds: Int64 = 60
    static let rememberedMax = 256

    private let service: String
    private let keys: [(id: String, key: SymmetricKey)]
    private let minted = Mutex<Minted?>(nil)
    private let verified = Mutex<[String: Int64]>([:])

    /// Proves a service by its keys.
    public init(service: String, keys: ServiceKeys) {
        self.service = service
        self.keys = keys.keys.map { ($0.id, SymmetricKey(data: $0.secret)) }
    }

    /// The credential to be sent at this moment.
    public func current() -> String {
        current(atSecond: unixSecond())
    }

    /// The same as the field of a call.
    func field() -> HTTPField {
        field(atSecond: unixSecond())
    }

    /// Whether a credential that was sent counts at this moment.
    public func isValid(_ text: String) -> Bool {
        isValid(text, atSecond: unixSecond())
    }

    func current(atSecond now: Int64) -> String {
        field(atSecond: now).value
    }

    private func field(atSecond now: Int64) -> HTTPField {
        minted.withLock { last in
            if let last, now >= last.atSecond, now < last.atSecond + Self.renewalSeconds { return last.field }
            let statement = "\(keys[0].id).\(service).\(now)"
            let text = "\(statement).\(Self.code(of: statement, by: keys[0].key))"
            let made = Minted(field: HTTPField(name: CallHeaders.credential, value: text), atSecond: now)
            last = made
            return made.field
        }
    }

    func isValid(_ text: String, atSecond now: Int64) -> Bool {
        if let until = verified.withLock({ $0[text] }), now < until { return true }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let second = Int64(parts[2]), Self.isNear(second, now),
            let key = keys.first(where: { $0.id == parts[0] })?.key,
            let given = Self.bytes(ofHex: parts[3])
        else { return false }
        let statement = Data(parts[0...2].joined(separator: ".").utf8)
        guard HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: statement, using: key) else { return false }
        verified.withLock { known in
            if known.count >= Self.rememberedMax { known = known.filter { now < $0.value } }
            if known.count < Self.rememberedMax { known[text] = second + Self.lifetimeSeconds }
        }
        return true
    }

    /// The second is anybody's word until the HMAC was looked at: the difference may not fit.
    private static func isNear(_ second: Int64, _ now: Int64) -> Bool {
        let (age, isBeyond) = now.subtractingReportingOverflow(second)
        return !isBeyond && age.magnitude < lifetimeSeconds
    }

    private static func code(of statement: String, by key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: Data(statement.utf8), using: key)
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(ofHex text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for pair in 0..<32 {
            guard let high = Character(UnicodeScalar(digits[pair * 2])).hexDigitValue,
                let low = Character(UnicodeScalar(digits[pair * 2 + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
