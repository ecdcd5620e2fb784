import Crypto
import Foundation
public import Ticketing

/// Makes and reads the tokens of waiting rooms: opaque to everybody else, checked without a look-up.
///
/// A text is `{key id}.{base64url of kind and words}.{base64url of HMAC-SHA256 over both}`; the kind's byte keeps one
/// token from passing for another. The first key signs; a token under any of the keys is good.
public struct WaitingRoomTokens: Sendable {
    private enum Kind: UInt8 {
        case entry = 1
        case admission = 2
    }

    /// A kind, eight words.
    private static let payloadBytes = 65
    private static let textBytesMax = 256

    /// Each key with its HMAC begun: to begin one costs as much as to end it.
    private let keys: [(id: String, begun: HMAC<SHA256>)]

    /// Signs by the first of the keys.
    public init(keys: [(id: String, secret: [UInt8])]) {
        precondition(!keys.isEmpty, "tokens need a key")
        self.keys = keys.map { ($0.id, HMAC<SHA256>(key: SymmetricKey(data: $0.secret))) }
    }

    /// The text of a place's token.
    public func text(of token: EntryToken) -> String {
        text(
            .entry, token.entryID, token.performanceID, token.customerID, token.number,
            token.issuedAt.unixMicroseconds)
    }

    /// The text of an admission.
    public func text(of token: AdmissionToken) -> String {
        text(
            .admission, token.entryID, token.performanceID, token.customerID, token.calledAt.unixMicroseconds,
            token.expiresAt.unixMicroseconds)
    }

    /// Reads a place's token.
    public func entry(of text: String, at now: Timestamp) throws(TokenRefusal) -> EntryToken {
        let words = try words(of: text, .entry)
        let token = EntryToken(
            entryID: EntryID(high: words[0], low: words[1]),
            performanceID: PerformanceID(high: words[2], low: words[3]),
            customerID: CustomerID(high: words[4], low: words[5]), number: Int64(bitPattern: words[6]),
            issuedAt: Timestamp(unixMicroseconds: Int64(bitPattern: words[7])))
        guard now < token.expiresAt else { throw .expired }
        return token
    }

    /// Reads an admission.
    public func admission(of text: String, at now: Timestamp) throws(TokenRefusal) -> AdmissionToken {
        let words = try words(of: text, .admission)
        let token = AdmissionToken(
            entryID: EntryID(high: words[0], low: words[1]),
            performanceID: PerformanceID(high: words[2], low: words[3]),
            customerID: CustomerID(high: words[4], low: words[5]),
            calledAt: Timestamp(unixMicroseconds: Int64(bitPattern: words[6])),
            expiresAt: Timestamp(unixMicroseconds: Int64(bitPattern: words[7])))
        guard now < token.expiresAt else { throw .expired }
        return token
    }

    private func text(
        _ kind: Kind, _ entry: EntryID, _ performance: PerformanceID, _ customer: CustomerID, _ first: Int64,
        _ second: Int64
    ) -> String {
        var payload = [kind.rawValue]
        payload.reserveCapacity(Self.payloadBytes)
        for word in [
            entry.high, entry.low, performance.high, performance.low, customer.high, customer.low,
            UInt64(bitPattern: first), UInt64(bitPattern: second),
        ] {
            withUnsafeBytes(of: word.bigEndian) { payload.append(contentsOf: $0) }
        }
        var text = Array(keys[0].id.utf8)
        text.reserveCapacity(Self.textBytesMax)
        text.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &text)
        let code = Self.code(of: text[...], keys[0].begun)
        text.append(UInt8(ascii: "."))
        Base64URL.append(Array(code), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private func words(of text: String, _ kind: Kind) throws(TokenRefusal) -> [UInt64] {
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard bytes.count <= Self.textBytesMax, parts.count == 3, let payload = Base64URL.bytes(of: parts[1]),
            payload.count == Self.payloadBytes, payload[0] == kind.rawValue, let code = Base64URL.bytes(of: parts[2])
        else { throw .malformed }
        // The comparison takes as long for every wrong code.
        guard let begun = keys.first(where: { $0.id.utf8.elementsEqual(parts[0]) })?.begun,
            Self.code(of: bytes[..<parts[1].endIndex], begun) == code
        else { throw .forged }
        return (0..<8).map { place in
            payload[(1 + place * 8)..<(9 + place * 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
    }

    private static func code(of statement: ArraySlice<UInt8>, _ begun: HMAC<SHA256>) -> HMAC<SHA256>.MAC {
        var code = begun
        code.update(data: statement)
        return code.finalize()
    }
}
