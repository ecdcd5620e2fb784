import Sessions
import Synchronization
import Ticketing
import WaitingRoom

/// What tells a token by its text, or says why that is none.
protocol TokenProof: Sendable {
    associatedtype Token: Sendable
    associatedtype Refusal: Error

    func token(of text: String, at now: Timestamp) throws(Refusal) -> Token

    /// When a token's time is over, and what is said then.
    static func end(of token: Token) -> Timestamp
    static var expired: Refusal { get }
}

extension SessionTokenCodec: TokenProof {
    static func end(of token: SessionToken) -> Timestamp { token.expiresAt }
    static var expired: Refusal { .expired }
}

/// The tokens of places.
struct PlaceProof: TokenProof {
    let tokens: WaitingRoomTokens

    func token(of text: String, at now: Timestamp) throws(TokenRefusal) -> EntryToken {
        try tokens.entry(of: text, at: now)
    }

    static func end(of token: EntryToken) -> Timestamp { token.expiresAt }
    static var expired: TokenRefusal { .expired }
}

/// Tokens that were found good lately, by their text: who asks again and again is not proven anew.
///
/// A text has one place, by its hash, and whoever comes later takes it: what is kept is bounded, and to miss a token
/// costs its proof and nothing else. Whether a token's time is over is looked at each time; so is, by who asks, whether
/// its session was ended.
final class ProvenTokens<Proof: TokenProof>: Sendable {
    private struct Proven {
        let text: String
        let token: Proof.Token
    }

    private let proof: Proof
    private let places: Int
    private let proven: Mutex<[Proven?]>

    /// None yet. A place takes some three hundred bytes while it is taken.
    init(by proof: Proof, places: Int) {
        self.proof = proof
        self.places = places
        proven = Mutex(Array(repeating: nil, count: places))
    }

    /// The token of a text: as its proof says, at a small part of the cost where it said so before.
    func token(of text: String, at now: Timestamp) throws(Proof.Refusal) -> Proof.Token {
        var hasher = Hasher()
        hasher.combine(text)
        let place = Int(UInt(bitPattern: hasher.finalize()) % UInt(places))
        // Texts that Unicode holds for equal are equal to `==`, and not to the HMAC: those differ in length, since a
        // token is ASCII.
        if let known = proven.withLock({ $0[place] }), known.text.utf8.count == text.utf8.count, known.text == text {
            guard now < Proof.end(of: known.token) else { throw Proof.expired }
            return known.token
        }
        let token = try proof.token(of: text, at: now)
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            proven.withLock { $0[place] = Proven(text: text, token: token) }
        }
        return token
    }
}
