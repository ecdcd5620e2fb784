import Testing

@testable import Wire

/// RFC 8259, production by production: what is JSON and what is not.
struct JSONGrammarTests {
    static let wellFormed: [String] = [
        "null", "true", "false", "0", "-0", "7", "-12", "1.5", "-0.25", "1e3", "1E+3", "2.5e-7", "\"\"", "\"a\"",
        "[]", "{}", " [ 1 , 2 ] ", "\t{\r\n\"a\" : null }\n", "[[],{},[{}]]", "{\"\":1}", #""\"\\\/\b\f\n\r\t""#,
        #""\u0041\uD83C\uDFDF\u00e9""#, "\"좌석 12열\"", "\"\u{7F}\u{FFFF}\u{10FFFF}\"", "{\"a\":{\"a\":1}}",
        "\"a string that is longer than eight bytes, with an é in it\"", "123456789012345678901234567890",
    ]

    @Test(arguments: wellFormed)
    func `JSON is kept byte for byte`(text: String) throws {
        let raw = try RawJSON(checking: Array(text.utf8))
        #expect(String(decoding: raw.bytes, as: UTF8.self) == text.trimmed)
    }

    static let malformed: [String] = [
        "", " ", "nul", "nulll", "True", "tru", "01", "-", "-01", "+1", ".5", "1.", "1.e3", "1e", "1e+", "0x10", "NaN",
        "Infinity", "1 2", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,}",
        "{,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "'a'", "\"", "\"a", "\"\\\"", "\"\\x41\"",
        "\"\\u12\"",
        "\"\\u12G4\"", "\"a\nb\"", "\"tab\there\"", "\"\u{0}\"", "// no\n1", "1//", "[1]]", "{}{}", "\u{FEFF}1",
        "\u{0}",
        "1\u{0}", #""\uD83C""#, #""\uD83Cx""#, #""\uD83CA""#, #""\uDFDF""#, #""\uD83C\n""#, "[1,2}", "{\"a\":1]",
    ]

    @Test(arguments: malformed)
    func `what is not JSON is refused`(text: String) {
        #expect(refusal(Array(text.utf8)) == .malformed)
    }

    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
        [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x8F], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
        [0xFE],
    ]

    @Test(arguments: badUTF8)
    func `a string that is not UTF-8 is refused, wherever it stands`(bytes: [UInt8]) {
        for padding in 0..<10 {
            let text = Array("\"".utf8) + Array(repeating: 0x61, count: padding) + bytes
            #expect(refusal(text) == .malformed)
            #expect(refusal(text + Array("\"".utf8)) == .malformed)
            #expect(refusal(Array("{".utf8) + text + Array("\":1}".utf8)) == .malformed)
        }
    }

    @Test func `U+0000 is refused by its escape, since PostgreSQL can't store it`() {
        #expect(refusal(Array(#"{"a":"x\u0000"}"#.utf8)) == .invalid)
    }

    @Test func `nesting ends at its limit and not before`() throws {
        let deepest = WireJSON.depthMax
        _ = try RawJSON(checking: nested(deepest))
        #expect(refusal(nested(deepest + 1)) == .tooDeep)
        #expect(refusal(Array(repeating: UInt8(ascii: "["), count: 1_000_000)) == .tooDeep)
    }

    private func nested(_ depth: Int) -> [UInt8] {
        Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"[{"x":{"b":1,"c":2,"b":3}}]"#,
        "{" + (0..<40).map { "\"m\($0)\":0" }.joined(separator: ",") + ",\"m7\":1}",
    ])
    func `a member that is given twice is refused`(text: String) {
        #expect(refusal(Array(text.utf8)) == .duplicate)
    }

    @Test func `many members with long common beginnings are compared in little time`() throws {
        let beginning = String(repeating: "x", count: 200)
        let text = "{" + (0..<5_000).map { "\"\(beginning)\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try WireJSON.decode([String: Int].self, from: text.utf8).count == 5_000)
    }

    @Test func `bytes that are changed at random never do worse than a failure`() {
        var generator = SplitMix64(state: 20_260_101)
        let seeds = (Self.wellFormed + [JSONCodableTests.everythingText]).map { Array($0.utf8) }
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, &generator) }
            _ = try? WireJSON.decode(JSONCodableTests.Everything.self, from: bytes)
            _ = try? WireJSON.decode([String: RawJSON].self, from: bytes)
            guard let raw = try? RawJSON(checking: bytes) else { continue }
            #expect(String(validating: raw.bytes, as: UTF8.self) != nil)
            #expect((try? RawJSON(checking: raw.bytes)) == raw)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let structural = Array("{}[]\",:\\u0e-.1ntf ".utf8)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0 where place < bytes.count: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2: bytes.insert(structural.randomElement(using: &generator) ?? 0x20, at: place)
        case 3: bytes.removeSubrange(place...)
        default: bytes.insert(contentsOf: bytes[..<place], at: place)
        }
    }

    private func refusal(_ bytes: [UInt8]) -> WireJSONFailure.Code? {
        do throws(WireJSONFailure) {
            _ = try RawJSON(checking: bytes)
            return nil
        } catch {
            return error.code
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let isSpace: (Character) -> Bool = { " \t\n\r\r\n".contains($0) }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}

/// The same "random" bytes in each run, so that a failure can be seen again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
