import Proof
import ServiceRuntime
import Wire

/// How heads of histories are published.
struct ProofSettings: Sendable {
    /// Nil while there is no key: nothing is published then.
    let keys: SigningKeySet?
    /// The least age of a head before the next one is published.
    let headSeconds: Int

    init(keys: SigningKeySet?, headSeconds: Int) {
        self.keys = keys
        self.headSeconds = headSeconds
    }

    init(_ reader: SettingsReader) {
        keys = Self.keys(reader)
        headSeconds = reader.int(
            "BOXOFFICE_PROOF_SECONDS", default: 10, in: 1...3_600, unit: "seconds",
            "The pause between two published heads of a performance's history.")
    }

    /// For the service and the jobs.
    static func keys(_ reader: SettingsReader) -> SigningKeySet? {
        reader.optionalSigningKeys(
            "BOXOFFICE_PROOF_KEYS",
            "The keys that sign what is published of histories; while it is not set, tickets carry no proof.")
    }

    /// What signs, and what is published of all keys.
    static func signers(_ keys: SigningKeySet?) -> [HeadSigner] {
        keys?.all.map { HeadSigner(keyID: $0.id, secret: $0.bytes) } ?? []
    }

    /// Everybody's halves of the keys.
    static func publicKeys(_ keys: SigningKeySet?) -> [HeadKey] {
        signers(keys).compactMap { HeadKey($0.resource.publicKey) }
    }
}
