import Synchronization
public import Ticketing

/// Session tokens that were found good lately, by their text: who asks again is not proven anew.
///
/// A text has one place, by its hash, and whoever comes later takes it: what is kept is bounded, and to miss a token
/// costs its proof and nothing else. Whether a token's time is over is looked at each time; so is, by who asks,
/// whether its session was ended.
public final class ProvenTokens: Sendable {
    private struct Proven {
        let text: String
        let token: SessionToken
    }

    /// Some nine megabytes when each of them is taken.
    private static let places = 32_768

    private let codec: SessionTokenCodec
    private let proven: Mutex<[Proven?]>

    /// None yet; `codec` proves them.
    public init(by codec: SessionTokenCodec) {
        self.codec = codec
        proven = Mutex(Array(repeating: nil, count: Self.places))
    }

    /// The token of a text: as the codec says, at a small part of the cost where it said so before.
    public func token(of text: String, at now: Timestamp) throws(SessionTokenCodec.Refusal) -> SessionToken {
        var hasher = Hasher()
        hasher.combine(text)
        let place = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.places))
        // Texts that Unicode holds for equal are equal to `==`, and not to the HMAC: those differ in length, since a
        // token is ASCII.
        if let known = proven.withLock({ $0[place] }), known.text.utf8.count == text.utf8.count, known.text == text {
            guard now < known.token.expiresAt else { throw .expired }
            return known.token
        }
        let token = try codec.token(of: text, at: now)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            proven.withLock { $0[place] = Proven(text: text, token: token) }
        }
        return token
    }
}
