import Crypto
import Ticketing

/// What a challenge says, signed: nothing of it is kept anywhere. It is for one request of one customer.
struct ChallengeToken: Hashable, Sendable {
    /// The first bits of the hash that have to be zero.
    let bits: Int
    /// From when on the token is enough by itself.
    let readyAt: Timestamp
    /// Until when it is good.
    let expiresAt: Timestamp

    /// Which request it is for.
    struct Purpose: Hashable, Sendable {
        let performanceID: PerformanceID
        let customerID: CustomerID
        let idempotencyKey: String
    }

    /// `{bits}.{ready}.{expires}.{HMAC}`: times in Unix milliseconds, the HMAC-SHA256 in hexadecimal digits.
    func text(for purpose: Purpose, by key: SymmetricKey) -> String {
        let statement = statement
        let code = HMAC<SHA256>.authenticationCode(for: Self.words(statement, purpose), using: key)
        return statement + "." + Hex.text(Array(code))
    }

    /// Reads a token that one of the keys signed for this request; nil for every other.
    init?(_ text: some StringProtocol, for purpose: Purpose, by keys: [SymmetricKey]) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 200, parts.count == 4, let bits = Int(parts[0]), let ready = Int64(parts[1]),
            let expires = Int64(parts[2]), (0...64).contains(bits), (0..<Self.millisecondsMax).contains(ready),
            (0..<Self.millisecondsMax).contains(expires)
        else { return nil }
        self.bits = bits
        readyAt = Timestamp(unixMicroseconds: ready * 1_000)
        expiresAt = Timestamp(unixMicroseconds: expires * 1_000)
        // Signed is the text as we write it: one token has one text.
        guard keys.contains(where: { self.text(for: purpose, by: $0) == String(text) }) else { return nil }
    }

    init(bits: Int, readyAt: Timestamp, expiresAt: Timestamp) {
        self.bits = bits
        self.readyAt = readyAt
        self.expiresAt = expiresAt
    }

    // The year 5138.
    private static let millisecondsMax: Int64 = 100_000_000_000_000

    private var statement: String {
        "\(bits).\(readyAt.unixMicroseconds / 1_000).\(expiresAt.unixMicroseconds / 1_000)"
    }

    private static func words(_ statement: String, _ purpose: Purpose) -> [UInt8] {
        let place = "\(purpose.performanceID)\n\(purpose.customerID)\n\(purpose.idempotencyKey)"
        return Array("hold challenge\n\(statement)\n\(place)".utf8)
    }
}
