import Crypto
import Foundation
public import Ticketing

/// Makes and reads session tokens: opaque to everybody else, checked without a look-up (DESIGN 9).
///
/// The text is `{key id}.{base64url of 49 bytes}.{base64url of HMAC-SHA256 over both}`: session, customer, role, and the
/// seconds of issue and end. The first key signs; a token under any of the keys is good.
public struct SessionTokenCodec: Sendable {
    /// Why a token admits nobody.
    public enum Refusal: Error, Equatable {
        /// No token at all.
        case malformed
        /// None of the keys signed it.
        case forged
        /// Its time is over.
        case expired
    }

    private static let payloadBytes = 49

    private let keys: [(id: String, key: SymmetricKey)]

    /// A codec of named keys, the signing one first.
    /// - Precondition: there is a key.
    public init(keys: [(id: String, secret: [UInt8])]) {
        precondition(!keys.isEmpty, "sessions need a key")
        self.keys = keys.map { ($0.id, SymmetricKey(data: $0.secret)) }
    }

    /// The signed text of a token.
    public func text(of token: SessionToken) -> String {
        var payload: [UInt8] = []
        for word in [
            token.sessionID.high, token.sessionID.low, token.customerID.high, token.customerID.low,
            UInt64(bitPattern: token.issuedAt.unixMicroseconds), UInt64(bitPattern: token.expiresAt.unixMicroseconds),
        ] {
            payload += withUnsafeBytes(of: word.bigEndian) { Array($0) }
        }
        payload.append(Self.byte(of: token.role))
        let statement = "\(keys[0].id).\(Self.base64URL(payload))"
        return statement + "." + Self.base64URL(Array(Self.code(of: statement, by: keys[0].key)))
    }

    /// The token of a text, if one of the keys signed it and its time is not over.
    public func token(of text: String, at now: Timestamp) throws(Refusal) -> SessionToken {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count < 512, parts.count == 3, let payload = Self.bytes(ofBase64URL: parts[1]),
            payload.count == Self.payloadBytes, let code = Self.bytes(ofBase64URL: parts[2]),
            // One token has one text: no padding, no loose bits.
            Self.base64URL(code) == parts[2]
        else { throw .malformed }
        guard let key = keys.first(where: { $0.id == parts[0] })?.key,
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: Data("\(parts[0]).\(parts[1])".utf8), using: key),
            let role = Self.role(of: payload[Self.payloadBytes - 1])
        else { throw .forged }
        let words = (0..<6).map { index in
            payload[index * 8..<index * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let token = SessionToken(
            sessionID: SessionID(high: words[0], low: words[1]),
            customerID: CustomerID(high: words[2], low: words[3]), role: role,
            issuedAt: Timestamp(unixMicroseconds: Int64(bitPattern: words[4])),
            expiresAt: Timestamp(unixMicroseconds: Int64(bitPattern: words[5])))
        guard now < token.expiresAt else { throw .expired }
        return token
    }

    private static func code(of statement: String, by key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(statement.utf8), using: key)
    }

    private static func byte(of role: CustomerRole) -> UInt8 {
        switch role {
        case .customer: 0
        case .organizer: 1
        case .admin: 2
        }
    }

    private static func role(of byte: UInt8) -> CustomerRole? {
        CustomerRole.allCases.first { Self.byte(of: $0) == byte }
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(ofBase64URL text: Substring) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map { Array($0) }
    }
}
