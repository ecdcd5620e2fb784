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
    private static let textBytesMax = 511

    private struct Key {
        let id: [UInt8]
        let hash: KeyedHash
    }

    private static let dot = UInt8(ascii: ".")

    private let keys: [Key]

    /// A codec of named keys, the signing one first.
    /// - Precondition: there is a key.
    public init(keys: [(id: String, secret: [UInt8])]) {
        precondition(!keys.isEmpty, "sessions need a key")
        self.keys = keys.map { Key(id: Array($0.id.utf8), hash: KeyedHash(secret: $0.secret)) }
    }

    /// The signed text of a token.
    public func text(of token: SessionToken) -> String {
        var payload: [UInt8] = []
        payload.reserveCapacity(Self.payloadBytes)
        for word in [
            token.sessionID.high, token.sessionID.low, token.customerID.high, token.customerID.low,
            UInt64(bitPattern: token.issuedAt.unixMicroseconds), UInt64(bitPattern: token.expiresAt.unixMicroseconds),
        ] {
            withUnsafeBytes(of: word.bigEndian) { payload.append(contentsOf: $0) }
        }
        payload.append(Self.byte(of: token.role))
        var text = keys[0].id
        text.append(Self.dot)
        Base64URL.append(payload, to: &text)
        let code = keys[0].hash.code(of: text[...])
        text.append(Self.dot)
        Base64URL.append(code, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The token of a text, if one of the keys signed it and its time is not over.
    public func token(of text: String, at now: Timestamp) throws(Refusal) -> SessionToken {
        let bytes = Array(text.utf8)
        // Another dot between these two would be no digit of the payload's.
        guard bytes.count <= Self.textBytesMax, let idEnd = bytes.firstIndex(of: Self.dot),
            let statementEnd = bytes.lastIndex(of: Self.dot), idEnd < statementEnd,
            let payload = Base64URL.bytes(of: bytes[(idEnd + 1)..<statementEnd]), payload.count == Self.payloadBytes,
            let code = Base64URL.bytes(of: bytes[(statementEnd + 1)...])
        else { throw .malformed }
        guard let key = keys.firstIndex(where: { $0.id.elementsEqual(bytes[..<idEnd]) }),
            keys[key].hash.isCode(code, of: bytes[..<statementEnd]),
            let role = Self.role(of: payload[Self.payloadBytes - 1])
        else { throw .forged }
        func word(_ index: Int) -> UInt64 {
            payload.withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)) }
        }
        let token = SessionToken(
            sessionID: SessionID(high: word(0), low: word(1)),
            customerID: CustomerID(high: word(2), low: word(3)), role: role,
            issuedAt: Timestamp(unixMicroseconds: Int64(bitPattern: word(4))),
            expiresAt: Timestamp(unixMicroseconds: Int64(bitPattern: word(5))))
        guard now < token.expiresAt else { throw .expired }
        return token
    }

    private static func byte(of role: CustomerRole) -> UInt8 {
        switch role {
        case .customer: 0
        case .organizer: 1
        case .admin: 2
        }
    }

    private static func role(of byte: UInt8) -> CustomerRole? {
        switch byte {
        case 0: .customer
        case 1: .organizer
        case 2: .admin
        default: nil
        }
    }
}
