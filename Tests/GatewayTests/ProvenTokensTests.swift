import Sessions
import Testing
import Ticketing
import WaitingRoom

@testable import Gateway

/// Who was proven once is not proven again, and nobody else is by that.
struct ProvenTokensTests {
    private static let now = Timestamp(unixMicroseconds: 1_790_000_000_000_000)

    // The key's name is a letter that Unicode has twice.
    private let codec = SessionTokenCodec(keys: [(id: "K", secret: [UInt8](repeating: 3, count: 32))])
    private let token = SessionToken(
        sessionID: SessionID(high: 1, low: 0), customerID: CustomerID(high: 2, low: 0), role: .customer,
        issuedAt: Self.now, expiresAt: Self.now.advanced(bySeconds: 60))

    private var proven: ProvenTokens<SessionTokenCodec> { ProvenTokens(by: codec, places: 64) }

    @Test func `one that was proven is still that one, until its time is over`() throws {
        let (proven, text) = (proven, codec.text(of: token))
        for _ in 0..<3 { #expect(try proven.token(of: text, at: Self.now) == token) }
        for _ in 0..<2 {
            #expect(throws: SessionTokenCodec.Refusal.expired) { try proven.token(of: text, at: token.expiresAt) }
        }
    }

    @Test func `that one was proven proves no other`() throws {
        let (proven, text) = (proven, codec.text(of: token))
        _ = try proven.token(of: text, at: Self.now)
        for position in 0..<text.utf8.count {
            var bytes = Array(text.utf8)
            bytes[position] ^= 1
            let forged = String(decoding: bytes, as: UTF8.self)
            for _ in 0..<2 {
                #expect(throws: SessionTokenCodec.Refusal.self) { try proven.token(of: forged, at: Self.now) }
            }
        }
    }

    @Test func `a text that Unicode holds for the same is another`() throws {
        let (proven, text) = (proven, codec.text(of: token))
        _ = try proven.token(of: text, at: Self.now)
        // The sign of the unit of temperature is canonically the letter.
        let same = "\u{212A}" + text.dropFirst()
        #expect(same == text)
        #expect(throws: SessionTokenCodec.Refusal.forged) { try proven.token(of: same, at: Self.now) }
    }

    @Test func `more of them than there are places are told apart`() throws {
        let proven = proven
        let tokens = (0..<200).map { number in
            SessionToken(
                sessionID: SessionID(high: 1, low: number), customerID: CustomerID(high: 2, low: number),
                role: .customer, issuedAt: Self.now, expiresAt: token.expiresAt)
        }
        let texts = tokens.map { codec.text(of: $0) }
        for _ in 0..<2 {
            #expect(try zip(tokens, texts).allSatisfy { try proven.token(of: $1, at: Self.now) == $0 })
        }
    }

    @Test func `a place is proven as a session is, and an admission is no place`() throws {
        let tokens = WaitingRoomTokens(keys: [(id: "K", secret: [UInt8](repeating: 4, count: 32))])
        let performance = PerformanceID(at: Self.now)
        let place = EntryToken(
            entryID: EntryID(high: 5, low: .max), performanceID: performance, customerID: token.customerID,
            number: 100_001, issuedAt: Self.now)
        let admission = AdmissionToken(
            entryID: place.entryID, performanceID: performance, customerID: token.customerID, calledAt: Self.now,
            expiresAt: token.expiresAt)
        let proven = ProvenTokens(by: PlaceProof(tokens: tokens), places: 64)
        for _ in 0..<3 { #expect(try proven.token(of: tokens.text(of: place), at: Self.now) == place) }
        #expect(throws: TokenRefusal.expired) { try proven.token(of: tokens.text(of: place), at: place.expiresAt) }
        #expect(throws: TokenRefusal.self) { try proven.token(of: tokens.text(of: admission), at: Self.now) }
    }
}
