import Synchronization
public import Ticketing

/// Tokens of places that were found good lately, by their text: who waits asks again and again, and is not proven anew.
///
/// A text has one place, by its hash, and whoever comes later takes it: what is kept is bounded, and to miss a token
/// costs its proof and nothing else. Whether a token's time is over is looked at each time.
public final class ProvenEntries: Sendable {
    private struct Proven {
        let text: String
        let token: EntryToken
    }

    /// Some twenty megabytes when each of them is taken.
    private static let places = 65_536

    private let tokens: WaitingRoomTokens
    private let proven: Mutex<[Proven?]>

    /// None yet; `tokens` prove them.
    public init(by tokens: WaitingRoomTokens) {
        self.tokens = tokens
        proven = Mutex(Array(repeating: nil, count: Self.places))
    }

    /// The token of a text: as its proof says, at a small part of the cost where it said so before.
    public func token(of text: String, at now: Timestamp) throws(TokenRefusal) -> EntryToken {
        var hasher = Hasher()
        hasher.combine(text)
        let place = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.places))
        // Texts that Unicode holds for equal are equal to `==`, and not to the HMAC: those differ in length, since a
        // token is ASCII.
        if let known = proven.withLock({ $0[place] }), known.text.utf8.count == text.utf8.count, known.text == text {
            guard now < known.token.expiresAt else { throw .expired }
            return known.token
        }
        let token = try tokens.entry(of: text, at: now)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            proven.withLock { $0[place] = Proven(text: text, token: token) }
        }
        return token
    }
}
