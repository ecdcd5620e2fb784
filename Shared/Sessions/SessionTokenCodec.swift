import Crypto
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

    /// Each key with its HMAC begun: to begin one costs as much as to end it.
    private let keys: [(id: String, begun: HMAC<SHA256>)]

    /// A codec of named keys, the signing one first.
    /// - Precondition: there is a key.
    public init(keys: [(id: String, secret: [UInt8])]) {
        precondition(!keys.isEmpty, "sessions need a key")
        self.keys = keys.map { ($0.id, HMAC<SHA256>(key: SymmetricKey(data: $0.secret))) }
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
        var text = Array(keys[0].id.utf8)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &text)
        let code = Self.code(of: text[...], keys[0].begun)
        text.append(UInt8(ascii: "."))
        Base64URL.append(Array(code), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The token of a text, if one of the keys signed it and its time is not over.
    public func token(of text: String, at now: Timestamp) throws(Refusal) -> SessionToken {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.textBytesMax else { throw .malformed }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.bytes(of: parts[1]), payload.count == Self.payloadBytes,
            let code = Base64URL.bytes(of: parts[2])
        else { throw .malformed }
        // The comparison takes as long for every wrong code.
        guard let begun = keys.first(where: { $0.id.utf8.elementsEqual(parts[0]) })?.begun,
            Self.code(of: bytes[..<parts[1].endIndex], begun) == code,
            let role = Self.role(of: payload[Self.payloadBytes - 1])
        else { throw .forged }
        func word(_ index: Int) -> UInt64 {
            payload[index * 8..<index * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let token = SessionToken(
            sessionID: SessionID(high: word(0), low: word(1)),
            customerID: CustomerID(high: word(2), low: word(3)), role: role,
            issuedAt: Timestamp(unixMicroseconds: Int64(bitPattern: word(4))),
            expiresAt: Timestamp(unixMicroseconds: Int64(bitPattern: word(5))))
        guard now < token.expiresAt else { throw .expired }
        return token
    }

    private static func code(of statement: ArraySlice<UInt8>, _ begun: HMAC<SHA256>) -> HMAC<SHA256>.MAC {
        var code = begun
        code.update(data: statement)
        return code.finalize()
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
}
