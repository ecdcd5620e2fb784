import Testing

@testable import Gateway

/// What tells whether a repeated key carries the same request.
struct FingerprintTests {
    private static let secret = [UInt8](repeating: 6, count: 32)

    @Test func `is the HMAC of the lengths, the method, the path and the body`() {
        // Stored beside orders and holds: a gateway of another version has to come to the same.
        let expected = "055b2bff9849113e8b0bcf879e7dfbb1b114a398fb5c821ff5682e4f3bc9b78f"
        let found = Fingerprint(secret: Self.secret)
        for _ in 0..<2 {
            #expect(found.of(method: "POST", path: "/v1/caf%C3%A9", body: Array("{\"é\":1}".utf8)) == expected)
        }
    }

    @Test func `parts that run into each other differently are told apart`() {
        let fingerprint = Fingerprint(secret: Self.secret)
        let texts = [
            fingerprint.of(method: "POST", path: "/a", body: Array("b".utf8)),
            fingerprint.of(method: "POST", path: "/ab", body: []),
            fingerprint.of(method: "POS", path: "T/a", body: Array("b".utf8)),
            fingerprint.of(method: "POST", path: "/a ", body: Array("b".utf8)),
        ]
        #expect(Set(texts).count == texts.count)
    }
}
