import Sessions
import Testing
import Ticketing

/// HMAC-SHA256 by the vectors of RFC 4231, and by what was signed before.
struct KeyedHashTests {
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: UInt8(ascii: "k"), count: 64), "",
            "83026a325aaee70e36cfe607536aa1054104ad1077c36134810d4ccded1ccd3b"
        ),
    ])
    func `is the code of the standard, each time`(secret: [UInt8], text: String, code: String) {
        let hash = KeyedHash(secret: secret)
        for _ in 0..<2 {
            #expect(
                hash.code(of: Array(text.utf8)[...]).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
                    .joined() == code)
        }
    }

    @Test func `knows its own code, and no other`() {
        let hash = KeyedHash(secret: [UInt8](repeating: 7, count: 32))
        let statement = Array("one, two, three".utf8)
        let code = hash.code(of: statement[5...])
        #expect(code.count == KeyedHash.codeBytes)
        #expect(hash.isCode(code, of: statement[5...]))
        #expect(!hash.isCode(code, of: statement[4...]))
        #expect(!hash.isCode([], of: statement[5...]))
        #expect(!hash.isCode(Array(code.dropLast()), of: statement[5...]))
        #expect(!hash.isCode(code + [0], of: statement[5...]))
        for place in code.indices {
            var other = code
            other[place] ^= 0x80
            #expect(!hash.isCode(other, of: statement[5...]))
        }
    }

    @Test func `a session that was begun before goes on`() throws {
        let codec = SessionTokenCodec(keys: [(id: "old", secret: [UInt8](repeating: 1, count: 32))])
        let text =
            "old.AAAAAAAAAAEAAAAAAAAAAgAAAAAAAAADAAAAAAAAAAQAAAAAAAAABQAAAAAAAAAGAQ"
            + ".aQjgHHAtyegcv45BU2Vda5KXnIILftKXfKN0kN3TscA"
        let token = SessionToken(
            sessionID: SessionID(high: 1, low: 2), customerID: CustomerID(high: 3, low: 4), role: .organizer,
            issuedAt: Timestamp(unixMicroseconds: 5), expiresAt: Timestamp(unixMicroseconds: 6))
        #expect(codec.text(of: token) == text)
        #expect(try codec.token(of: text, at: Timestamp(unixMicroseconds: 5)) == token)
    }
}
