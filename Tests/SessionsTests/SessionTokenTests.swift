import Sessions
import Testing
import Ticketing

/// The token that says who is signed in.
struct SessionTokenTests {
    private static let now = Timestamp(unixMicroseconds: 1_795_248_000_000_001)
    private static let old = (id: "old", secret: [UInt8](repeating: 1, count: 32))
    private static let new = (id: "new", secret: [UInt8](repeating: 2, count: 32))

    private let codec = SessionTokenCodec(keys: [old])
    private let session = SessionID(at: now)
    private let customer = CustomerID(at: now)

    private func token(_ role: CustomerRole = .customer) -> SessionToken {
        SessionToken(
            sessionID: session, customerID: customer, role: role, issuedAt: Self.now,
            expiresAt: Self.now.advanced(bySeconds: 60))
    }

    private func refusal(of text: String, by codec: SessionTokenCodec) -> SessionTokenCodec.Refusal? {
        do {
            _ = try codec.token(of: text, at: Self.now)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: CustomerRole.allCases)
    func `says what it was made of`(role: CustomerRole) throws {
        #expect(try codec.token(of: codec.text(of: token(role)), at: Self.now) == token(role))
    }

    @Test func `no bit of it can be changed`() {
        let text = Array(codec.text(of: token()).utf8)
        for position in text.indices {
            for bit in 0..<7 {
                var forged = text
                forged[position] ^= 1 << UInt8(bit)
                let forgery = String(decoding: forged, as: UTF8.self)
                #expect(refusal(of: forgery, by: codec) != nil, "byte \(position), bit \(bit): \(forgery)")
            }
        }
    }

    @Test func `nothing of it can be left out or added`() {
        let text = codec.text(of: token())
        for count in 0..<text.utf8.count {
            #expect(refusal(of: String(text.prefix(count)), by: codec) != nil)
        }
        for tail in ["A", ".", "=", " ", "\n", ".AAAA", "\u{0}"] {
            #expect(refusal(of: text + tail, by: codec) != nil)
            #expect(refusal(of: tail + text, by: codec) != nil)
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "old..", "old.AAAA.AAAA", "old.!!!!.****", String(repeating: "A", count: 4_096),
    ])
    func `anything else is no token`(text: String) {
        #expect(refusal(of: text, by: codec) != nil)
    }

    @Test func `ends at its time, and not before`() throws {
        let text = codec.text(of: token())
        let last = Timestamp(unixMicroseconds: token().expiresAt.unixMicroseconds - 1)
        #expect(try codec.token(of: text, at: last) == token())
        #expect(throws: SessionTokenCodec.Refusal.expired) { try codec.token(of: text, at: token().expiresAt) }
    }

    @Test func `while keys are rotated, what either signed is good`() throws {
        let both = SessionTokenCodec(keys: [Self.new, Self.old])
        #expect(try both.token(of: codec.text(of: token()), at: Self.now) == token())
        let text = both.text(of: token())
        #expect(text.hasPrefix("new."))
        #expect(try both.token(of: text, at: Self.now) == token())
        #expect(refusal(of: text, by: codec) == .forged)
    }

    @Test func `another secret under the same name is no key`() {
        let stranger = SessionTokenCodec(keys: [(id: "old", secret: [UInt8](repeating: 9, count: 32))])
        #expect(refusal(of: stranger.text(of: token(.admin)), by: codec) == .forged)
    }
}
