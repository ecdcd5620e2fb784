import Crypto
import ServiceRuntime

/// Makes of a card's name at its provider what the ledger knows it by: an HMAC under a key of the services. Pure.
struct InstrumentKeys: Sendable {
    private let keys: [SymmetricKey]

    /// `secrets`: the newest first; of two valid ones both are looked for, so that a change of keys loses no count.
    init(secrets: [[UInt8]]) {
        precondition(!secrets.isEmpty, "no key for instruments")
        keys = secrets.prefix(2).map { SymmetricKey(data: $0) }
    }

    init(_ keys: SigningKeySet) {
        self.init(secrets: keys.all.map(\.bytes))
    }

    /// What a card is known by, and what it was known by before the newest key.
    func marks(of name: String, at provider: String) -> (newest: [UInt8], older: [UInt8]?) {
        let words = Array("payment instrument\n\(provider)\n\(name)".utf8)
        let marks = keys.map { Array(HMAC<SHA256>.authenticationCode(for: words, using: $0)) }
        return (marks[0], marks.count > 1 ? marks[1] : nil)
    }
}
